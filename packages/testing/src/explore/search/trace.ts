import type { StateValue } from 'xstate'
import type { Choice, Outcome } from '../model/outcomes.js'
import type { Situation } from '../model/situation.js'
import type { LastTaken } from './goals.js'
import type { Move } from './moves.js'

/** The last thing that happened on a way through a conversation, with all before it. */
export interface Trace {
  /** Absent at the beginning. */
  before?: Trace
  depth: number
  /** What happened; absent at the beginning. */
  happened?: Happened
  situation: Situation
  lastTaken: LastTaken
}

export interface Happened {
  move: Move
  /** What the person did, such as `says "two"`; or how long it was waited. */
  act: string
  /** Milliseconds, where nobody did anything. */
  waitedMs?: number
  /** How long it was quiet before the bot was given what was said, milliseconds. */
  quietMs: number
  /** How work outside ended that began then. */
  choices: readonly Choice[]
  /** Where the author's machines stood after it. */
  places: readonly string[]
  /** All that was said for it, as text. */
  said: readonly string[]
  /** The bot's state as people are told; `undefined` where no run is going on. */
  value: StateValue | undefined
  /** What of the goal it reached. */
  reached: readonly string[]
  /** A machine took a step. */
  moved: boolean
  /** The bot was left at work on what never ends. */
  hangs: boolean
  /** Why the bot could not handle it. */
  failure?: string
}

/** All that happened, in order. */
export const happenedOn = (trace: Trace): readonly Happened[] => [
  ...(trace.before ? happenedOn(trace.before) : []),
  ...(trace.happened ? [trace.happened] : []),
]

export const outcomeOf = ({ from, at }: Choice): Outcome => from[at] as Outcome
