import type { Around } from '../../authoring/around.js'
import type { HeardMessage } from '../../authoring/heard.js'

/**
 * How what a person wrote becomes a value of a schema.
 *
 * @example
 * const count: Answer<number> = answerOf(z.int().min(1).max(20))
 * count.find('two large ones', around) // [{ value: 2, start: 0, end: 3 }]
 * count.expected(around) // "a whole number from 1 to 20"
 */
export interface Answer<TOutput> {
  /** The answer in what was heard, where the question is open. Never throws, unless the schema is asynchronous. */
  read(heard: HeardMessage, around: Around): Reading<TOutput>
  /**
   * Values that a text mentions for sure, though nobody asked: for filling several slots from one message. In the order
   * of the text, and none twice in the same place. A number in a date is found by both: the longer one is meant.
   */
  find(text: string, around: Around): readonly Found<TOutput>[]
  /** What would be right, to be put into a sentence: "a whole number from 1 to 20". `undefined` where any text may be. */
  expected(around: Around): string | undefined
  /** What may be chosen, where that is a closed list. */
  readonly choices?: readonly AnswerChoice[]
  /** It says how many: whole numbers are taken. */
  readonly counts?: boolean
}

/**
 * What was read. A `problem` is a sentence of the author's: the message of a check that the answer failed.
 *
 * @example
 * const reading: Reading<number> = answerOf(z.int().max(20, 'We have twenty.')).read(message, around)
 * const told = reading.ok ? `${reading.value} of them.` : (reading.problem ?? 'Pardon?') // "thirty": "We have twenty."
 */
export type Reading<TOutput> = { ok: true; value: TOutput } | { ok: false; problem?: string }

/**
 * A value, and where the text mentions it, in UTF-16 units: `text.slice(start, end)`.
 *
 * @example
 * const text = 'make it two, please'
 * answerOf(z.int())
 *   .find(text, around)
 *   .map(({ value, start, end }) => `${text.slice(start, end)} means ${value}`) // ["two means 2"]
 */
export interface Found<TOutput> {
  value: TOutput
  start: number
  end: number
}

/**
 * One of a closed list.
 *
 * @example
 * answerOf(z.enum(['small', 'large'])).choices?.map(({ label }) => label) // ["small", "large"]
 */
export interface AnswerChoice {
  label: string
  value: string | number | boolean | null
}

/**
 * Finds what may be meant, before the schema has its say: for each place, the values that it may stand for, the likeliest
 * first. The schema takes the first that fits.
 */
export interface Reader {
  read(heard: HeardMessage, around: Around): readonly unknown[]
  find(text: string, around: Around): readonly Found<readonly unknown[]>[]
  expected(around: Around): string | undefined
  readonly choices?: readonly AnswerChoice[]
  readonly counts?: boolean
}
