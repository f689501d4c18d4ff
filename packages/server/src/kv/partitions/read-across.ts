import { compareKeys } from '../compare-keys.js'
import { above, under } from '../keys.js'
import type { Key, Numbered, Range, Reader, SharedKeyValue, Table } from '../port.js'
import type { PlaceOf } from './parted.js'
import { Portion } from './portion.js'

/** Work that goes on so long on what may not be so is ended. */
const mostGuesses = 20_000

/**
 * Runs `work` on entries of several partitions. Of what is not read yet it is taken that there is nothing; then it is read,
 * from each partition together, and the work runs again.
 */
export const readAcross = async <T>(
  partitions: readonly SharedKeyValue[],
  placeOf: PlaceOf,
  work: (reader: Reader) => T,
): Promise<T> => {
  const known = new Map<number, Portion>()
  const portionAt = (at: number): Portion => {
    const portion = known.get(at) ?? new Portion(partitions[at] as SharedKeyValue)
    known.set(at, portion)
    return portion
  }
  for (;;) {
    const attempt = tried(() => work(new ReaderAcross(partitions.length, portionAt, placeOf)))
    const lacking = [...known.values()].filter(({ lacks }) => lacks)
    if (lacking.length === 0) return attempt()
    await Promise.all(lacking.map((portion) => portion.fetch()))
  }
}

/** What came of it, to be told later. */
const tried = <T>(work: () => T): (() => T) => {
  try {
    const answer = work()
    return () => answer
  } catch (error) {
    return () => {
      throw error
    }
  }
}

class ReaderAcross implements Reader {
  #guesses = 0

  constructor(
    private readonly partitions: number,
    private readonly portionAt: (at: number) => Portion,
    private readonly placeOf: PlaceOf,
  ) {}

  get<V>(table: Table<V>, key: Key): V | undefined {
    const portion = this.portionAt(this.placeOf(table, key, this.partitions) ?? 0)
    return this.#looked(portion, portion.get(table, key)) as V | undefined
  }

  *range<V>(table: Table<V>, range: Range): Iterable<{ key: Key; value: V }> {
    const place = this.placeOf(table, sharedStart(range), this.partitions)
    const places = place === undefined ? Array.from({ length: this.partitions }, (_, at) => at) : [place]
    const portions = places.map(this.portionAt)
    const entries = portions.map((portion) => portion.range(table, range))
    yield* limited(merged(entries, range.reverse ? -1 : 1), range.limit) as Iterable<{ key: Key; value: V }>
    for (const portion of portions) this.#looked(portion, undefined)
  }

  lastNumber(table: Table<unknown>, prefix: Key): number {
    const [last] = this.range(table, { ...under(...prefix), reverse: true, limit: 1 })
    return last ? (last.key[prefix.length] as number) : 0
  }

  *after<V>(table: Table<V>, prefix: Key, number: number, limit?: number): Iterable<Numbered<V>> {
    const bounds = above(number, ...prefix)
    for (const { key, value } of this.range(table, limit === undefined ? bounds : { ...bounds, limit }))
      yield { number: key[prefix.length] as number, value }
  }

  /** @throws Error where the work does not come to an end without what is not read yet */
  #looked<T>(portion: Portion, found: T): T {
    if (portion.lacks && ++this.#guesses > mostGuesses) throw new Error('What is to be read is not at hand yet')
    return found
  }
}

/** All keys of a range begin so. */
const sharedStart = ({ from, to }: Range): Key => {
  const end = to.findIndex((part, at) => part !== from[at])
  return end === -1 ? to : to.slice(0, end)
}

function* limited<T>(entries: Iterable<T>, limit = Number.POSITIVE_INFINITY): Iterable<T> {
  let left = limit
  if (left <= 0) return
  for (const entry of entries) {
    yield entry
    if (--left <= 0) return
  }
}

/** Sequences that are each in the order of their keys, as one. */
function* merged<T extends { key: Key }>(sequences: readonly Iterable<T>[], direction: 1 | -1): Iterable<T> {
  const only = sequences[0]
  if (sequences.length === 1 && only) {
    yield* only
    return
  }
  const heads = sequences.flatMap((sequence) => {
    const rest = sequence[Symbol.iterator]()
    const next = rest.next()
    return next.done ? [] : [{ rest, entry: next.value }]
  })
  while (heads.length > 0) {
    let first = 0
    for (let at = 1; at < heads.length; at++)
      if (compareKeys((heads[at] as Head<T>).entry.key, (heads[first] as Head<T>).entry.key) * direction < 0) first = at
    const head = heads[first] as Head<T>
    yield head.entry
    const next = head.rest.next()
    if (next.done) heads.splice(first, 1)
    else head.entry = next.value
  }
}

interface Head<T> {
  rest: Iterator<T>
  entry: T
}
