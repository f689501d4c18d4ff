import type { CommitTurn, Committed, FailTurn, ParkTurn } from '@daakia/protocol'
import type { StateValue } from 'xstate'
import type { ActorPath } from './actor-tree.js'

/** Names of states, from the root of a machine down; empty for the root. */
export type StatePath = readonly string[]

/** A transition that a machine has taken. */
export interface TakenTransition {
  source: StatePath
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
  /** It asks something, as `ask` and `fill` do: its states are none of the author's. */
  isQuestion: boolean
  /** The type of the event. */
  event: string
  transitions: readonly TakenTransition[]
  /** Where the machine stands after it. */
  value: StateValue
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
  stepped(conversation: string, step: Step): void
  refused(conversation: string, refused: RefusedEvent): void
  /** A commit was applied. */
  committed(turn: CommitTurn, answer: Committed): void
  /** A turn was rolled back. */
  failed(turn: FailTurn): void
  /** A stored state does not fit the bot's code. */
  parked(turn: ParkTurn): void
}
