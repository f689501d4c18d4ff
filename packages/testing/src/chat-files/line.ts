import type { StateValue } from 'xstate'
import type { Duration } from '../time/duration.js'

/** Somebody says something. */
export interface Says {
  kind: 'says'
  who: string
  text: string
}

/** Something is said to a person: to who spoke last, where no other is named. */
export interface Hears {
  kind: 'hears'
  from: string
  to?: string
  expected: string | RegExp
}

export interface Advances {
  kind: 'advances'
  duration: Duration
}

/** A bot is in a state, in the conversation with who spoke last; `undefined`: no run is going on. */
export interface IsIn {
  kind: 'is in'
  bot?: string
  state: StateValue | undefined
}

export interface Restarts {
  kind: 'restarts'
  bot?: string
}

/** A comment, or an empty line. */
export interface Remark {
  kind: 'remark'
  text: string
}

export type Step = Says | Hears | Advances | IsIn | Restarts | Remark

/** A line of a chat file, with its number, counted from 1. */
export type Line = Step & { number: number }
