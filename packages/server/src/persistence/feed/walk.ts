import { under } from '../../kv/keys.js'
import type { Key, SharedKeyValue, Table } from '../../kv/port.js'
import type { WalkMark } from './tables.js'

/** A walk over all conversations that a partition has in a table, once for each time that one went back. */
export interface Walk<V> {
  through: SharedKeyValue
  table: Table<V>
  /** Where it is noted how far it is. */
  marks: { in: SharedKeyValue; table: Table<WalkMark>; key: Key }
  /** How often the partition that it is for has gone back. */
  count: number
  /** What was on its way when it did has come, or never will: it need not be done again. */
  isFinal: boolean
  /** Answers whether there was something to do. */
  visit(vendor: string, conversation: string, value: V): Promise<boolean>
  /** So many are visited together. */
  together: number
  isStopped(): boolean
}

/** So many conversations are looked up at once. */
const atOnce = 128

/** Goes on where it was left. Answers in how many conversations there was something to do; `undefined` where it was done before. */
export const walk = async <V>({
  through,
  table,
  marks,
  visit,
  together,
  isStopped,
  ...walk
}: Walk<V>): Promise<number | undefined> => {
  const { count, isFinal } = walk
  const mark = (await marks.in.read((reader) => reader.get(marks.table, marks.key))) ?? [0]
  if (isThrough(mark, count)) return undefined
  let done = 0
  for (let after: Key = isFinal ? placeIn(mark, count) : []; !isStopped(); ) {
    const page = await through.read((reader) => [...reader.range(table, { ...from(after), limit: atOnce })])
    for (let next = 0; next < page.length && !isStopped(); next += together) {
      const some = page.slice(next, next + together)
      const visits = some.map(({ key: [vendor, name], value }) => visit(`${vendor}`, `${name}`, value))
      done += (await Promise.all(visits)).filter(Boolean).length
    }
    if (isStopped()) break
    const last = page.length === atOnce ? (page.at(-1)?.key as [string, string]) : undefined
    if (isFinal) await marks.in.write((tx) => tx.put(marks.table, marks.key, last ? [count, ...last] : [count]))
    if (!last) return done
    after = last
  }
  return undefined
}

const isThrough = ([of, vendor]: WalkMark, count: number): boolean => of >= count && vendor === undefined

const placeIn = ([of, vendor, conversation]: WalkMark, count: number): Key =>
  of === count && vendor !== undefined && conversation !== undefined ? [vendor, conversation] : []

const from = (after: Key) => (after.length === 0 ? under() : { ...under(), from: [...after, 0] })
