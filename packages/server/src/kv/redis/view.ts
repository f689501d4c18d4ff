import type { RawEntry, RawReader } from '../engine.js'
import type { Key, Range, Table } from '../port.js'
import type { Known, KnownEnds, KnownEntry } from './known.js'
import type { Layout, Place } from './layout.js'
import { keyOfBytes, orderedBytes } from './ordered-bytes.js'
import { type Segment, type SegmentQuery, type Segments, segmentName } from './segments.js'

/** Something that is not known, and has to be read from Redis. */
export type Missing =
  | { kind: 'entry'; name: string; place: Place }
  | { kind: 'ends'; name: string; sequence: string }
  | { kind: 'window'; name: string; sequence: string; from: number; to: number }
  | { kind: 'segment'; name: string; query: SegmentQuery }

/** What was read, as it was: it has to be so still when something that was made of it is committed. */
export type Check =
  | { kind: 'entry'; place: Place; stamp: Buffer }
  | { kind: 'ends'; sequence: string; ends: string }
  | { kind: 'segment'; query: SegmentQuery; digest: string }

/** So many entries of a range, or of a sequence, are read at once. */
const atOnce = 64

/** The moment of what was not read: no group began before it. */
const unread = -1
const noStamp = Buffer.alloc(0)

/** Work that goes on so long on what may not be so is ended. */
const mostGuesses = 2_000

/**
 * Reads of what is known, and takes down what was read. Of what is not known it is taken that there is nothing, so that the
 * work asks for what else it needs: it is to be run again when what is missing is known.
 */
export class View implements RawReader {
  readonly checks = new Map<string, Check>()
  readonly missing = new Map<string, Missing>()
  /** When what was read was so: one moment only, where all of it was read from Redis together. */
  readonly moments = new Set<number>()
  /** The same for what every script checks: it is as it was at all others, or the script finds that it is not. */
  alwaysCheckedAt: number | undefined
  #guesses = 0

  constructor(
    private readonly layout: Layout,
    private readonly known: Known,
    private readonly segments: Segments,
    /** The name of what every script checks, where there is something. */
    private readonly alwaysChecked: string | undefined,
  ) {}

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    const place = this.layout.place(table, key)
    const entry = this.known.entry(place)
    if (entry) return this.#read(place, entry)
    return table.seldom ? this.#expectNone(place) : this.#lack({ kind: 'entry', name: place.name, place })
  }

  entries(table: Table<unknown>, range: Range): Iterable<RawEntry> {
    return table.followed ? this.#numbered(table, range) : this.#ordered(table, range)
  }

  /** There is none, as far as nobody says otherwise: that is checked before anything is made of it. */
  #expectNone(place: Place): undefined {
    this.moments.add(unread)
    this.checks.set(place.name, { kind: 'entry', place, stamp: noStamp })
    return undefined
  }

  /** Notes what is missing. @throws Error where the work does not come to an end without it */
  #lack(missing: Missing): undefined {
    this.missing.set(missing.name, missing)
    if (++this.#guesses > mostGuesses) throw new Error('What is to be read is not at hand yet')
    return undefined
  }

  #read(place: Place, { bytes, stamp, moment }: KnownEntry): Uint8Array | undefined {
    if (place.name === this.alwaysChecked) {
      this.alwaysCheckedAt = moment
      return bytes
    }
    this.moments.add(moment)
    this.checks.set(place.name, { kind: 'entry', place, stamp })
    return bytes
  }

  #ends(sequence: string): Pick<KnownEnds, 'first' | 'last'> | undefined {
    const ends = this.known.ends(sequence)
    if (!ends) return this.#lack({ kind: 'ends', name: sequence, sequence })
    this.moments.add(ends.moment)
    this.checks.set(sequence, { kind: 'ends', sequence, ends: ends.text })
    return ends
  }

  *#numbered(
    table: Table<unknown>,
    { from, to, limit = Number.POSITIVE_INFINITY, reverse }: Range,
  ): Iterable<RawEntry> {
    const prefix = prefixOf(table, from, to)
    const sequence = this.layout.sequenceKey(table, prefix)
    const ends = this.#ends(sequence)
    if (!ends) return
    const low = Math.max(ends.first, lowestFrom(from, prefix.length))
    const high = Math.min(ends.last, highestBelow(to, prefix.length))
    const step = reverse ? -1 : 1
    let left = limit
    for (let number = reverse ? high : low; left > 0 && number >= low && number <= high; number += step) {
      const place = this.layout.numbered(sequence, number)
      const entry = this.known.entry(place)
      if (!entry) {
        const ahead = number + step * (Math.min(atOnce, left) - 1)
        const [least, most] = reverse ? [Math.max(low, ahead), number] : [number, Math.min(high, ahead)]
        this.#lack({ kind: 'window', name: place.name, sequence, from: least, to: most })
        return
      }
      const bytes = this.#read(place, entry)
      if (!bytes) continue
      left--
      yield { key: [...prefix, number], bytes }
    }
  }

  *#ordered(table: Table<unknown>, { from, to, limit = Number.POSITIVE_INFINITY, reverse = false }: Range) {
    let [min, max] = [bound('[', orderedBytes(from)), bound('(', orderedBytes(to))]
    for (let left = limit; left > 0; ) {
      const count = Math.min(left, atOnce)
      const segment = this.#segment({ table: this.layout.tableKeys(table), min, max, count, reverse })
      if (!segment) return
      for (const { field, bytes } of segment.entries) yield { key: keyOfBytes(field), bytes }
      const last = segment.entries.at(-1)
      if (!last || segment.entries.length < count) return
      if (reverse) max = bound('(', last.field)
      else min = bound('(', last.field)
      left -= count
    }
  }

  #segment(query: SegmentQuery): Segment | undefined {
    const name = segmentName(query)
    const segment = this.segments.get(query)
    if (!segment) return this.#lack({ kind: 'segment', name, query })
    this.moments.add(segment.moment)
    this.checks.set(name, { kind: 'segment', query, digest: segment.digest })
    return segment
  }
}

const bound = (kind: '[' | '(', bytes: Buffer): Buffer => Buffer.concat([Buffer.from(kind), bytes])

/** A range of a followed table is one of numbers under one prefix. */
const prefixOf = ({ name }: Table<unknown>, from: Key, to: Key): Key => {
  const prefix = to.slice(0, -1)
  if (prefix.length > 0 && prefix.every((part, i) => part === from[i])) return prefix
  throw new RangeError(`A range of ${name} has to be under one prefix`)
}

const lowestFrom = (from: Key, length: number): number => {
  const number = from[length]
  if (number === undefined) return 1
  if (typeof number === 'string') return Number.POSITIVE_INFINITY
  // What goes on after the number is above it.
  return from.length > length + 1 ? Math.floor(number) + 1 : Math.ceil(number)
}

const highestBelow = (to: Key, length: number): number => {
  const number = to[length] as number | string
  return typeof number === 'string' ? Number.POSITIVE_INFINITY : Math.ceil(number) - 1
}
