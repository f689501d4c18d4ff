import { z } from 'zod'
import { nearest } from './did-you-mean.js'

/** What a field takes, as the end of a sentence about it, such as `must be a text, such as "1h"`. */
const told = (rule: string, shown: (value: unknown) => string = show) => ({
  error: ({ input }: { input?: unknown }) =>
    input === undefined ? `is missing: it ${rule}` : `${rule}; it is ${shown(input)}`,
})

const longestShown = 60

const show = (value: unknown): string => {
  if (typeof value === 'function') return 'a function'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}

/** Of a secret only its kind is told. */
const kind = (value: unknown): string => `of the type ${typeof value}`

export const text = (example: string) => z.string(told(`must be a text, such as ${show(example)}`))

export const secret = (example: string) => z.string(told(`must be a text, such as ${show(example)}`, kind))

export const number = (example: number) =>
  code<number>(
    (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
    `must be a number, and not negative, such as ${example}`,
  )

export const whole = (example: number) =>
  code<number>(isWhole, `must be a whole number, and not negative, such as ${example}`)

export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

export const flag = () => z.boolean(told('must be true or false'))

export const choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, told(`must be ${words.map(show).join(' or ')}`))

export const listOf = (example: readonly string[]) =>
  code<readonly string[]>(isTexts, `must be a list of texts, such as ${show(example)}`)

/** A list of what has a schema of its own; `example` is one of these. */
export const manyOf = <T>(schema: z.ZodType<T>, example: string) =>
  z.array(schema, told(`must be a list, such as [${example}]`))

export const oneOrMore = (example: string) =>
  code<string | readonly string[]>(
    (value) => typeof value === 'string' || isTexts(value),
    `must be a text or a list of texts, such as ${show(example)}`,
  )

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each: unknown) => typeof each === 'string')

const highestPort = 65_535

/** A port, or `false` to listen on none. */
export const port = (example: number) =>
  code<number | false>(
    (value) => value === false || (isWhole(value) && value <= highestPort),
    `must be a port from 0 to ${highestPort}, such as ${example}, or false for none`,
  )

/** What has a form of its own, and what a program gives and JSON can't. */
export const code = <T>(isOne: (value: unknown) => boolean, rule: string) => z.custom<T>(isOne, told(rule))

/** A schema for each field of `T`: the compiler sees to it that none is forgotten, and none is too many. */
export type ShapeOf<T> = {
  [Name in keyof T]-?: undefined extends T[Name]
    ? z.ZodOptional<z.ZodType<Exclude<T[Name], undefined>>>
    : z.ZodType<T[Name]>
}

/** An object that has these fields and no others. */
export const group = <T extends object>(shape: ShapeOf<T>): z.ZodType<T, T> => {
  const names = Object.keys(shape)
  return z.strictObject(shape as z.ZodRawShape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownFields(issue.keys as readonly string[], names)
        : `must be an object with fields such as ${names.slice(0, 3).join(', ')}; it is ${show(issue.input)}`,
  }) as unknown as z.ZodType<T, T>
}

const unknownFields = (keys: readonly string[], known: readonly string[]): string =>
  keys.map((key) => `has no field ${key}${hint(key, known)}`).join('; it ')

const hint = (key: string, known: readonly string[]): string => {
  const meant = nearest(key, known)
  return meant ? `: did you mean ${meant}?` : `, only ${known.join(', ')}`
}
