import assert from 'node:assert/strict'
import { type KeyValue, type Reader, type SharedKeyValue, table } from '../kv/port.js'
import { type Behaviours, type Bench, same } from './kit.js'

const plain = table<unknown>('plain')
const log = table<string>('log', { followed: true })

const appended = (reader: Reader, number: number, limit?: number) => [...reader.after(log, ['a'], number, limit)]

const numbered = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => ({ number: from + i, value: `${from + i}` }))

const append = (kv: SharedKeyValue, values: readonly { value: string }[]): Promise<void> =>
  kv.write((tx) => {
    for (const { value } of values) tx.append(log, ['a'], value)
  })

/** What every key-value engine does with what is appended. */
export const appending: Behaviours<Bench<SharedKeyValue>> = {
  'numbers what is appended under a prefix 1, 2, 3 …': async ({ subject: kv }) => {
    const numbers = await kv.write((tx) => ['x', 'y', 'z'].map((value) => tx.append(plain, ['log'], value)))
    same(numbers, [1, 2, 3])
    const apart = await kv.write((tx) => [tx.append(plain, ['log'], 'w'), tx.append(plain, ['other'], 'v')])
    same(apart, [4, 1])
    same(await kv.read((reader) => reader.get(plain, ['log', 4])), 'w')
  },
  'gives what was appended after a number, up to a limit': async ({ subject: kv }) => {
    const look = (reader: Reader) => {
      for (const from of [0, 50, 98, 100, 200]) {
        same(appended(reader, from), numbered(from + 1, 100))
        same(appended(reader, from, 1), numbered(from + 1, Math.min(from + 1, 100)))
      }
    }
    await append(kv, numbered(1, 100))
    await kv.read(look)
    await kv.write(look)
    same(await kv.read((reader) => [...reader.after(log, ['b'], 0)]), [])
  },
  'gives what was appended as it is now, be it replaced or removed': async ({ subject: kv }) => {
    const left = [...numbered(1, 1), ...numbered(3, 3), { number: 4, value: 'another' }]
    await append(kv, numbered(1, 4))
    await kv.write((tx) => {
      tx.remove(log, ['a', 2])
      tx.put(log, ['a', 4], 'another')
      same(appended(tx, 0), left)
    })
    same(await kv.read((reader) => appended(reader, 0)), left)
    await append(kv, numbered(5, 5))
    same(await kv.read((reader) => appended(reader, 3)), [{ number: 4, value: 'another' }, ...numbered(5, 5)])
  },
  'gives what is large as well': async ({ subject: kv }) => {
    const large = 'x'.repeat(100_000)
    await append(kv, [{ value: 'small' }, { value: large }, { value: 'next' }])
    same(await kv.read((reader) => appended(reader, 0, 2)), [
      { number: 1, value: 'small' },
      { number: 2, value: large },
    ])
    same(await kv.read((reader) => appended(reader, 2)), [{ number: 3, value: 'next' }])
  },
}

/** The same of one that is read at once. */
export const appendingAtOnce: Behaviours<Bench<KeyValue>> = {
  'shows outside only what was appended and flushed': async ({ subject: kv }) => {
    await append(kv, numbered(1, 1))
    const written = kv.write((tx) => {
      tx.append(log, ['a'], '2')
      same(appended(tx, 0), numbered(1, 2))
      same(appended(tx, 1), numbered(2, 2))
    })
    const undone = kv.write((tx) => {
      tx.append(log, ['a'], 'undone')
      throw new Error('no')
    })
    const later = append(kv, numbered(3, 3))
    same(appended(kv, 0), numbered(1, 1))
    same(appended(kv, 1), [])
    await assert.rejects(undone, /^Error: no$/)
    await Promise.all([written, later])
    same(appended(kv, 0), numbered(1, 3))
    same(appended(kv, 2), numbered(3, 3))
  },
}
