import type { CommitTurn, Committed, FailTurn, ParkTurn } from '@daakia/protocol'
import type { StateValue } from 'xstate'
import type { ActorPath } from './actor-tree.js'

/** Names of states, from the root of a machine down; empty for the root. */
export type StatePath = readonly string[]

/** Names a transition of a machine, whichever copy of the machine runs. */
export interface TransitionName {
  source: StatePath
  /** The event descriptor of XState; empty where it needs no event. */
  on: string
  /** Its place among those of its state for that descriptor, from 0. */
  index: number
}

/** What a guard has answered. */
export interface GuardAnswer {
  transition: TransitionName
  passed: boolean
  /** Within `and`, `or` and `not`: of which part it is the answer, by places from the outside in; else absent. */
  part?: readonly number[]
}

/** A transition that a machine has taken. */
export interface TakenTransition extends TransitionName {
  /** It needs no event. */
  always: boolean
  /** Absent where it leads nowhere else. */
  target?: readonly StatePath[]
  /** The guard that let it pass; absent where it has none. */
  guard?: string
  /** Guards of the state that were asked before, and did not. */
  refused: readonly string[]
}

/** One step of one machine. */
export interface Step {
  /** The machine: ids of children from the root down. */
  actor: ActorPath
  /** Its logic; `undefined` of the root, which may run as a copy that begins elsewhere. */
  logic: object | undefined
  /** It asks something, as `ask` and `fill` do: its states are none of the author's. */
  isQuestion: boolean
  /** The type of the event. */
  event: string
  transitions: readonly TakenTransition[]
  /** Where the machine stands after it. */
  value: StateValue
  /** All states that are active then, without the root. */
  active: readonly StatePath[]
  /** Of those, the ones that were not before. */
  entered: readonly StatePath[]
  /** What it has invoked or spawned and has not ended: the names of the logic, else the ids. */
  runs: readonly string[]
}

/** An event that is named by a state, and that its guards did not let pass. */
export interface RefusedEvent {
  event: string
  guards: readonly string[]
}

/** Hears what the machines of a bot do in a conversation, for tests. What was not committed may come to nothing. */
export interface Watch {
  /**
   * A machine begins with these states, or has been restored in them. `logic` as of a step. Of one that holds conversations,
   * `by` is the event for which the message stands that began the run; absent where it stands for none.
   */
  began(logic: object | undefined, active: readonly StatePath[], by?: string): void
  stepped(conversation: string, step: Step): void
  /** Guards of a machine were asked, whether or not a step came of it. `logic` as of a step. */
  asked(logic: object | undefined, answers: readonly GuardAnswer[]): void
  /** A question was given these answers, by its fields; by the empty name where it is one question. */
  answered(question: object, answers: Readonly<Record<string, unknown>>): void
  refused(conversation: string, refused: RefusedEvent): void
  /** A commit was applied. */
  committed(turn: CommitTurn, answer: Committed): void
  /** A turn was rolled back. */
  failed(turn: FailTurn): void
  /** A stored state does not fit the bot's code. */
  parked(turn: ParkTurn): void
}
