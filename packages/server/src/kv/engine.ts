import { above, under } from './keys.js'
import type { Key, Numbered, Range, Reader, Table } from './port.js'
import { unpackValue } from './values.js'

/** Stored bytes; `undefined` where the entry is removed. */
export interface RawEntry {
  key: Key
  bytes: Uint8Array | undefined
}

/** One change of a table: what the engine keeps from now on, and no value where the entry is removed. */
export class Change implements RawEntry {
  readonly #valueLength: number

  constructor(
    readonly table: Table<unknown>,
    readonly key: Key,
    /** The key as a text (`keyName`). */
    readonly name: string,
    /** The value with what the engine puts behind it. */
    readonly sealed?: Uint8Array,
    valueLength = 0,
  ) {
    this.#valueLength = valueLength
  }

  get bytes(): Uint8Array | undefined {
    return this.sealed?.subarray(0, this.#valueLength)
  }
}

/** Reads packed values. An iteration ends in the tick in which it began. */
export interface RawReader {
  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined
  entries(table: Table<unknown>, range: Range): Iterable<RawEntry>
}

/** What keeps the entries. It shows what has been committed, and nothing else. */
export interface Engine extends RawReader {
  /** A value as it is kept: with what the engine puts behind it, if anything. */
  seal(table: Table<unknown>, key: Key, value: Uint8Array): Uint8Array
  /** Resolves when all changes are on disk and are shown. Where one can't be, none is. One commit is under way at a time. */
  commit(commit: Commit): Promise<void>
}

export interface Commit {
  /** Answers the changes; called once, when the engine is ready for them. */
  take(): readonly Change[]
  /** Changes have gathered for long enough; otherwise the engine may give others a moment to come. */
  atOnce: boolean
  /** To be called when the disk is at work: what else there is to do is done meanwhile. */
  begun(): void
}

/** A reader of values over a reader of bytes. */
export class UnpackingReader implements Reader {
  readonly #raw: RawReader

  constructor(raw: RawReader) {
    this.#raw = raw
  }

  get<V>(table: Table<V>, key: Key): V | undefined {
    const bytes = this.#raw.bytes(table, key)
    return bytes && (unpackValue(bytes) as V)
  }

  *range<V>(table: Table<V>, range: Range): Iterable<{ key: Key; value: V }> {
    for (const { key, bytes } of this.#raw.entries(table, range)) {
      if (bytes) yield { key, value: unpackValue(bytes) as V }
    }
  }

  lastNumber(table: Table<unknown>, prefix: Key): number {
    return lastNumberOf(this.#raw, table, prefix)
  }

  after<V>(table: Table<V>, prefix: Key, number: number, limit?: number): Iterable<Numbered<V>> {
    return entriesAfter(this.#raw, table, prefix, number, limit)
  }
}

/** The highest number under a prefix; 0 where there is none. */
export const lastNumberOf = (reader: RawReader, table: Table<unknown>, prefix: Key): number => {
  const [last] = reader.entries(table, { ...under(...prefix), reverse: true, limit: 1 })
  return last ? (last.key[prefix.length] as number) : 0
}

export function* entriesAfter<V>(
  reader: RawReader,
  table: Table<V>,
  prefix: Key,
  number: number,
  limit = Number.POSITIVE_INFINITY,
): Iterable<Numbered<V>> {
  const bounds = above(number, ...prefix)
  const range = limit === Number.POSITIVE_INFINITY ? bounds : { ...bounds, limit }
  for (const { key, bytes } of reader.entries(table, range))
    if (bytes) yield { number: key[prefix.length] as number, value: unpackValue(bytes) as V }
}
