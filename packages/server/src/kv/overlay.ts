import { compareKeys } from './compare-keys.js'
import { type RawEntry, type RawReader, UnpackingReader } from './engine.js'
import type { HotEntries } from './hot-entries.js'
import { checkKey } from './keys.js'
import type { Key, Range, Table, Transaction } from './port.js'
import { SortedEntries } from './sorted-entries.js'
import { packValue } from './values.js'

/** Holds the writes of one transaction back until it has succeeded, and shows them to its own reads. */
class Overlay implements RawReader {
  readonly #base: HotEntries
  readonly #written = new Map<string, { table: Table<unknown>; entries: SortedEntries }>()
  readonly #appended: { table: Table<unknown>; prefix: Key; number: number }[] = []

  constructor(base: HotEntries) {
    this.#base = base
  }

  write(table: Table<unknown>, entry: RawEntry): void {
    const written = this.#written.get(table.name) ?? { table, entries: new SortedEntries() }
    this.#written.set(table.name, written)
    written.entries.set(entry)
  }

  append(table: Table<unknown>, prefix: Key, bytes: Uint8Array): number {
    const earlier = this.#appended.find(
      (each) => each.table.name === table.name && compareKeys(each.prefix, prefix) === 0,
    )
    const sequence = earlier ?? { table, prefix, number: this.#base.lastNumber(table, prefix) }
    if (!earlier) this.#appended.push(sequence)
    sequence.number++
    this.write(table, { key: [...prefix, sequence.number], bytes })
    return sequence.number
  }

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    const own = this.#written.get(table.name)?.entries.get(key)
    return own ? own.bytes : this.#base.bytes(table, key)
  }

  *entries(table: Table<unknown>, range: Range): Iterable<RawEntry> {
    const own = this.#written.get(table.name)?.entries
    if (!own) return yield* this.#base.entries(table, range)
    const { limit = Number.POSITIVE_INFINITY, ...whole } = range
    let given = 0
    for (const entry of merge(this.#base.entries(table, whole), [...own.range(range)], range.reverse ? -1 : 1)) {
      if (!entry.bytes) continue
      if (given++ >= limit) return
      yield entry
    }
  }

  apply(): void {
    for (const { table, entries } of this.#written.values()) {
      for (const { key, bytes } of entries) {
        if (bytes) this.#base.set(table, key, bytes)
        else this.#base.remove(table, key)
      }
    }
    for (const { table, prefix, number } of this.#appended) this.#base.appended(table, prefix, number)
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

/** A transaction whose writes are kept aside until they are applied. */
export class OverlayTransaction extends UnpackingReader implements Transaction {
  readonly #overlay: Overlay

  constructor(base: HotEntries) {
    const overlay = new Overlay(base)
    super(overlay)
    this.#overlay = overlay
  }

  put<V>(table: Table<V>, key: Key, value: V): void {
    checkKey(key)
    this.#overlay.write(table, { key, bytes: packValue(value) })
  }

  append<V>(table: Table<V>, prefix: Key, value: V): number {
    checkKey(prefix)
    return this.#overlay.append(table, prefix, packValue(value))
  }

  remove(table: Table<unknown>, key: Key): void {
    checkKey(key)
    this.#overlay.write(table, { key, bytes: undefined })
  }

  apply(): void {
    this.#overlay.apply()
  }
}
