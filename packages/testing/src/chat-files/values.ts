import type { FormValues } from '../scene/acts/filling.js'

/** A name and its value, each a word or JSON text, up to the next comma. */
const pair = /\s*(?<name>"(?:[^"\\]|\\.)*"|[^\s",=]+)\s*=\s*(?<value>"(?:[^"\\]|\\.)*"|[^",]*?)\s*(?:,|$)/y

/**
 * Reads `size=large, count=2, where="Hill Road, 12"`: what is a number, `true` or `false` is one, and all else a text.
 *
 * @throws Error which says what is wrong
 */
export const valuesFrom = (words: string): FormValues => {
  const values = new Map<string, unknown>()
  for (pair.lastIndex = 0; pair.lastIndex < words.length; ) {
    const rest = words.slice(pair.lastIndex)
    const { name, value } = pair.exec(words)?.groups ?? {}
    if (name === undefined || value === undefined)
      throw new Error(`${rest.trim()} is no field with its value: write size=large, count=2, where="Hill Road, 12"`)
    const field = plain(name)
    if (values.has(field)) throw new Error(`"${field}" is filled in twice`)
    values.set(field, valueFrom(value))
  }
  return Object.fromEntries(values)
}

export const valuesAsWritten = (values: FormValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${isWord(name) ? name : JSON.stringify(name)}=${valueAsWritten(value)}`)
    .join(', ')

const scalar = /^(?:true|false|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

const valueFrom = (word: string): unknown => (scalar.test(word) ? JSON.parse(word) : plain(word))

const plain = (word: string): string => (word.startsWith('"') ? (JSON.parse(word) as string) : word)

const valueAsWritten = (value: unknown): string => {
  if (typeof value !== 'string') return JSON.stringify(value)
  const isPlain =
    value.trim() === value && value !== '' && !scalar.test(value) && !/[",\p{Cc}\u2028\u2029]/u.test(value)
  return isPlain ? value : JSON.stringify(value)
}

const isWord = (name: string): boolean => /^[^\s",=\p{Cc}]+$/u.test(name)
