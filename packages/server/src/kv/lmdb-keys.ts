import * as lmdb from 'lmdb'
import type { Key } from './port.js'

/** Absent from the types of `lmdb`. */
const { bufferToKeyValue } = lmdb as unknown as { bufferToKeyValue(bytes: Buffer): unknown }

/**
 * The key under which LMDB has an entry, from its table's name and its key. In long texts LMDB's keys take the characters
 * U+0001 to U+0004 for something else: these, and U+0005, are written as two, in the same order.
 */
export const storedKey = (named: Key): (string | number)[] =>
  named.some(hasSpecial) ? named.map(escapePart) : (named as (string | number)[])

/** The table's name and the key of an entry, from what LMDB reads. */
export const namedKey = (stored: Key): Key => (stored.some(isEscaped) ? stored.map(unescapePart) : stored)

const mark = '\u0005'
const shift = 0x20

const isSpecial = (code: number): boolean => code >= 1 && code <= 5

const escapePart = (part: string | number): string | number =>
  typeof part === 'string' ? Array.from(part, escapeOne).join('') : part

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const special = /[\u0001-\u0005]/

const hasSpecial = (part: string | number): boolean => typeof part === 'string' && special.test(part)

const escapeOne = (one: string): string =>
  isSpecial(one.charCodeAt(0)) ? mark + String.fromCharCode(one.charCodeAt(0) + shift) : one

const isEscaped = (part: string | number): boolean => typeof part === 'string' && part.includes(mark)

const unescapePart = (part: string | number): string | number => {
  if (typeof part === 'number') return part
  const [first = '', ...others] = part.split(mark)
  return first + others.map((text) => String.fromCharCode(text.charCodeAt(0) - shift) + text.slice(1)).join('')
}

/** The table and the key of an entry, from the bytes that LMDB has; `undefined` where it is none of ours. */
export const readStoredKey = (bytes: Buffer): { table: string; key: Key } | undefined => {
  const parts = decode(bytes)
  if (!Array.isArray(parts) || !parts.every(isPart)) return undefined
  const [table, ...key] = namedKey(parts)
  return typeof table === 'string' && key.length > 0 ? { table, key } : undefined
}

const decode = (bytes: Buffer): unknown => {
  try {
    return bufferToKeyValue(bytes)
  } catch {
    return undefined
  }
}

const isPart = (part: unknown): part is string | number => typeof part === 'string' || typeof part === 'number'
