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

export const number = (example: number) => z.number(told(`must be a number, such as ${example}`))

export const flag = () => z.boolean(told('must be true or false'))

export const choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, told(`must be ${words.map(show).join(' or ')}`))

export const listOf = (example: readonly string[]) =>
  z.array(z.string(), told(`must be a list of texts, such as ${show(example)}`))

export const oneOrMore = (example: string) =>
  z.union([z.string(), z.array(z.string())], told(`must be a text or a list of texts, such as ${show(example)}`))

/** A port, or `false` to listen on none. */
export const port = (example: number) =>
  z.union([z.number(), z.literal(false)], told(`must be a port, such as ${example}, or false to do without`))

/** What a program gives and JSON can't. */
export const code = <T>(isOne: (value: unknown) => boolean, rule: string) => z.custom<T>(isOne, told(rule))

/** An object that has these fields and no others. */
export const group = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownFields(issue.keys as readonly string[], Object.keys(shape))
        : `must be an object with fields such as ${Object.keys(shape).slice(0, 3).join(', ')}; it is ${show(issue.input)}`,
  })

const unknownFields = (keys: readonly string[], known: readonly string[]): string =>
  keys.map((key) => `has no field ${key}${hint(key, known)}`).join('; it ')

const hint = (key: string, known: readonly string[]): string => {
  const meant = nearest(key, known)
  return meant ? `: did you mean ${meant}?` : `, only ${known.join(', ')}`
}
