import type { Key, Range, Reader, Table } from './port.js'
import { unpackValue } from './values.js'

/** Stored bytes; `undefined` where an overlay removes the entry. */
export interface RawEntry {
  key: Key
  bytes: Uint8Array | undefined
}

/** Reads packed values. An iteration ends in the tick in which it began. */
export interface RawReader {
  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined
  entries(table: Table<unknown>, range: Range): Iterable<RawEntry>
}

/** Where committed work goes. */
export interface RawWriter {
  set(table: Table<unknown>, key: Key, bytes: Uint8Array): void
  remove(table: Table<unknown>, key: Key): void
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
}
