import { compareKeys } from './compare-keys.js'
import { type RawEntry, type RawReader, type RawWriter, UnpackingReader } from './engine.js'
import { checkKey } from './keys.js'
import type { Key, Range, Table, Transaction } from './port.js'
import { SortedEntries } from './sorted-entries.js'
import { packValue } from './values.js'

/** Holds the writes of one transaction back until it has succeeded, and shows them to its own reads. */
class Overlay implements RawReader {
  readonly #base: RawReader
  readonly #tables = new Map<string, SortedEntries>()

  constructor(base: RawReader) {
    this.#base = base
  }

  write(table: string, entry: RawEntry): void {
    const entries = this.#tables.get(table) ?? new SortedEntries()
    this.#tables.set(table, entries)
    entries.set(entry)
  }

  bytes(table: string, key: Key): Uint8Array | undefined {
    const own = this.#tables.get(table)?.get(key)
    return own ? own.bytes : this.#base.bytes(table, key)
  }

  *entries(table: string, range: Range): Iterable<RawEntry> {
    const own = this.#tables.get(table)
    if (!own) return yield* this.#base.entries(table, range)
    const { limit = Number.POSITIVE_INFINITY, ...whole } = range
    let given = 0
    for (const entry of merge(this.#base.entries(table, whole), [...own.range(range)], range.reverse ? -1 : 1)) {
      if (!entry.bytes) continue
      if (given++ >= limit) return
      yield entry
    }
  }

  applyTo(writer: RawWriter): void {
    for (const [table, entries] of this.#tables) {
      for (const { key, bytes } of entries) {
        if (bytes) writer.set(table, key, bytes)
        else writer.remove(table, key)
      }
    }
  }
}

/** Two sequences in the same order as one; `over` wins where both have a key. */
function* merge(base: Iterable<RawEntry>, over: readonly RawEntry[], direction: 1 | -1): Iterable<RawEntry> {
  let next = 0
  for (const entry of base) {
    let order = -1
    while (next < over.length) {
      order = compareKeys((over[next] as RawEntry).key, entry.key) * direction
      if (order > 0) break
      yield over[next++] as RawEntry
      if (order === 0) break
    }
    if (order !== 0) yield entry
  }
  yield* over.slice(next)
}

/** A transaction over `base`, whose writes are kept aside until they are applied. */
export class OverlayTransaction extends UnpackingReader implements Transaction {
  readonly #overlay: Overlay

  constructor(base: RawReader) {
    const overlay = new Overlay(base)
    super(overlay)
    this.#overlay = overlay
  }

  put<V>(table: Table<V>, key: Key, value: V): void {
    checkKey(key)
    this.#overlay.write(table.name, { key, bytes: packValue(value) })
  }

  remove(table: Table<unknown>, key: Key): void {
    checkKey(key)
    this.#overlay.write(table.name, { key, bytes: undefined })
  }

  applyTo(writer: RawWriter): void {
    this.#overlay.applyTo(writer)
  }
}
