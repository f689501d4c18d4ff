import type { StateValue } from 'xstate'
import type { FormValues } from '../scene/acts/filling.js'

/** The conversation in which somebody speaks: with the first bot alone, where none is named. */
export interface Place {
  /** Alone with this bot. */
  to?: string
  room?: string
}

/** Who does something. */
export interface Person {
  who: string
  /** Other than the first one. */
  device?: string
}

/** Somebody says something. */
export interface Says extends Person, Place {
  kind: 'says'
  text: string
}

/** Somebody presses what is offered. */
export interface Presses extends Person {
  kind: 'presses'
  choice: string
}

/** Somebody fills in the form that was shown, and sends it. */
export interface Fills extends Person {
  kind: 'fills'
  values: FormValues
}

/** Somebody says something that is no text. */
export interface Sends extends Person, Place {
  kind: 'sends'
  type: string
  body: unknown
}

/** What a person does. */
export type PersonsStep = Says | Presses | Fills | Sends

/** Something is said to a person: to who spoke last, where no other is named. */
export interface Hears {
  kind: 'hears'
  from: string
  to?: string
  /** Of who is named by `to`. */
  device?: string
  expected: string | RegExp
}

export interface Advances {
  kind: 'advances'
  /** One or several, as they are written: `15m`, `1d 2h`. */
  duration: string
}

/** The conversation begins at this time. */
export interface Begins {
  kind: 'begins'
  /** ISO 8601. */
  at: string
}

/** A bot is in a state, in the conversation in which somebody spoke last; `undefined`: no run is going on. */
export interface IsIn {
  kind: 'is in'
  bot?: string
  state: StateValue | undefined
}

export interface Restarts {
  kind: 'restarts'
  bot?: string
}

/** A conversation of several members is made. */
export interface Gathers {
  kind: 'gathers'
  room: string
  members: readonly string[]
}

/** What is said and does not stand in the file does not matter. */
export interface Ignores {
  kind: 'ignores'
}

/** A comment, or an empty line. */
export interface Remark {
  kind: 'remark'
  text: string
}

export type Step = PersonsStep | Hears | Advances | Begins | Ignores | IsIn | Restarts | Gathers | Remark

/** A line of a chat file, with its number, counted from 1. */
export type Line = Step & { number: number }
