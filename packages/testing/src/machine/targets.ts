import type { StatePath } from '@daakia/bot-sdk/internal'

interface Named {
  /** Names it among all of its bot, for people; the same for as long as what it names is there. */
  id: string
  /** The name of the machine: its id, as a rule. */
  machine: string
}

/** A state to be entered. */
export interface StateTarget extends Named {
  kind: 'state'
  path: StatePath
}

/** A transition to be taken. */
export interface TransitionTarget extends Named {
  kind: 'transition'
  source: StatePath
  /** What it is taken at, as an author would write it: `message`, `after 15m`, `always`, `onDone of order`. */
  event: string
  /** The event descriptor of XState; empty where it needs no event. */
  on: string
  /** Its place among the alternatives of its state for that event, from 0. */
  index: number
  /** Where its alternatives stand in the configuration of the state: `['on', 'message']`, `['invoke', '0', 'onDone']`. */
  written: readonly string[]
  /** Where it leads; empty where it stays. */
  targets: readonly StatePath[]
  /** Absent where it has none. */
  guard?: string
}

/** An answer that a guard has to give. */
export interface GuardTarget extends Named {
  kind: 'guard'
  /** The id of its transition. */
  transition: string
  guard: string
  /** Within `and`, `or` and `not`: which part, by places from the outside in; absent of the guard as a whole. */
  part?: readonly number[]
  outcome: boolean
}

/** Something that is offered, to be chosen. */
export interface ChoiceTarget extends Named {
  kind: 'choice'
  /** The name of the actor that asks. */
  question: string
  /** The field, where it asks for an object; else empty. */
  field: string
  label: string
  /** What the question is answered with where this is chosen. */
  answer: unknown
}

/** A transition to be taken right after another one of the same machine. */
export interface PairTarget extends Named {
  kind: 'pair'
  /** Ids of the transitions. */
  first: string
  second: string
}

/** Something of a bot that tests may reach. */
export type Target = StateTarget | TransitionTarget | GuardTarget | ChoiceTarget

export type TargetKind = Target['kind']

export const targetKinds = ['state', 'transition', 'guard', 'choice'] as const satisfies readonly TargetKind[]
