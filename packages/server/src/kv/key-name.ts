import type { Key } from './port.js'

/**
 * The key as a text that no other key has. Each key of a transaction has such a name, and keeps it until the flush:
 * `join` makes a text of one piece, which takes less room than one that was added up.
 */
export const keyName = (key: Key): string => {
  if (key === latest.key) return latest.name
  latest = { key, name: makeName(key) }
  return latest.name
}

/** The same key is asked for several times, table by table: the newest name is kept. */
let latest: { key?: Key; name: string } = { name: '' }

const makeName = (key: Key): string => {
  let numbers = 0
  for (let i = 0; i < key.length; i++) {
    const part = key[i] as string | number
    if (typeof part === 'number') numbers |= 1 << i
    else if (part.includes('\0')) return nameOf(key.map(escapePart), numbersOf(key))
  }
  return nameOf(key, numbers)
}

/**
 * Which parts are numbers is told by what stands between them, and before the only one that is a number: 5 is not taken
 * for '5'.
 */
const nameOf = (key: Key, numbers: number): string => {
  if (key.length === 1 && numbers === 0) return key[0] as string
  const separator = `\0${String.fromCharCode(numbers + 1)}`
  return key.length === 1 ? separator + key[0] : key.join(separator)
}

const numbersOf = (key: Key): number =>
  key.reduce<number>((sum, part, i) => sum | (typeof part === 'number' ? 1 << i : 0), 0)

const escapePart = (part: string | number): string | number =>
  typeof part === 'string' ? part.replaceAll('\0', '\0\0') : part
