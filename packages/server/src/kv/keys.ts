import type { Key, Range } from './port.js'

const highest = '\u{10ffff}'

/** The range of all keys that begin with `prefix` and go on. */
export const under = (...prefix: Key): Pick<Range, 'from' | 'to'> => ({ from: prefix, to: [...prefix, highest] })

/** The range of the keys under `prefix` whose next element is a number above `number`. */
export const above = (number: number, ...prefix: Key): Pick<Range, 'from' | 'to'> => ({
  from: [...prefix, number, highest],
  to: [...prefix, highest],
})

/** What an LMDB page of 4 KiB can hold, with room for the table's name. */
const longestKeyBytes = 1_900
const mostBytesPerUnit = 3

/** @throws RangeError where the key is too long to be stored. */
export const checkKey = (key: Key): void => {
  let units = 0
  for (const part of key) units += typeof part === 'string' ? part.length + 2 : 4
  if (units * mostBytesPerUnit <= longestKeyBytes) return
  const bytes = key.reduce<number>(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) + 2 : 12),
    0,
  )
  if (bytes > longestKeyBytes) throw new RangeError(`A key of ${bytes} bytes is too long: at most ${longestKeyBytes}`)
}
