import { type $ZodIssue, type $ZodType, config } from 'zod/v4/core'
import { type Schema, validate } from '../schema.js'
import type { Answer, Found, Reader, Reading } from './port.js'
import { readerOf } from './reader-of.js'
import { textReader } from './text.js'

/**
 * How people answer a question for what the schema takes: numbers in digits or words, dates and times, yes or no, one of
 * a list, and so on. What was read goes through the schema itself in the end, so that its checks and transforms hold.
 *
 * A schema of zod 4 is looked into; any other Standard Schema is given the text, trimmed.
 *
 * @throws TypeError where no text could be read as that, or what the schema gives could not be stored
 * @example
 * const count = answerOf(z.int().min(1).max(20))
 * count.read(message, around) // "a dozen": { ok: true, value: 12 }
 */
export function answerOf<TOutput>(schema: Schema<TOutput>): Answer<TOutput> {
  return answerBy(schema, readerFor(schema))
}

/** @throws TypeError as {@link answerOf} */
export const readerFor = (schema: Schema<unknown>): Reader => (isZod(schema) ? readerOf(schema) : textReader())

/** An answer whose value is found by the reader, and judged by the schema. */
export function answerBy<TOutput>(schema: Schema<TOutput>, reader: Reader): Answer<TOutput> {
  return {
    read: (heard, around) => judged(schema, reader.read(heard, around)),
    find: (text, around) => withoutRepeats(reader.find(text, around).flatMap((found) => fitting(schema, found))),
    expected: (around) => reader.expected(around),
    ...(reader.choices && { choices: reader.choices }),
    ...(reader.counts && { counts: true }),
  }
}

const isZod = (schema: unknown): schema is $ZodType =>
  (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '_zod' in schema

/** The first that the schema takes. */
function judged<TOutput>(schema: Schema<TOutput>, candidates: readonly unknown[]): Reading<TOutput> {
  let problem: string | undefined
  for (const candidate of candidates) {
    const result = validate(schema, candidate)
    if (!result.issues) return { ok: true, value: result.value }
    problem = problemIn(result.issues, candidate) ?? problem
  }
  return problem === undefined ? { ok: false } : { ok: false, problem }
}

function fitting<TOutput>(schema: Schema<TOutput>, { value, start, end }: Found<readonly unknown[]>): Found<TOutput>[] {
  const reading = judged(schema, value)
  return reading.ok ? [{ value: reading.value, start, end }] : []
}

function withoutRepeats<TOutput>(all: readonly Found<TOutput>[]): readonly Found<TOutput>[] {
  const places = new Map(all.toReversed().map((found) => [`${found.start} ${found.end}`, found]))
  return [...places.values()].sort((one, other) => one.start - other.start)
}

/** The author's own message, where a check has one; zod's are for programmers. */
function problemIn(issues: readonly unknown[], input: unknown): string | undefined {
  const own = (issues as readonly $ZodIssue[]).find((issue) => issue.code !== undefined && !isZodsOwn(issue, input))
  return own?.message
}

function isZodsOwn(issue: $ZodIssue, input: unknown): boolean {
  const written = config().localeError?.({ ...issue, input } as never)
  const message = typeof written === 'string' ? written : written?.message
  return issue.message === (message ?? 'Invalid input')
}
