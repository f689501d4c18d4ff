import type { Change, Engine, RawEntry, RawReader } from './engine.js'
import { keyName } from './key-name.js'
import { Layer } from './layer.js'
import { mergeEntries } from './merge-entries.js'
import type { Key, Range, Table } from './port.js'

/**
 * What transactions see: the engine, and over it what was written and is not on disk yet. That is two layers: the
 * changes that are being flushed, and those that have come since.
 */
export class Ahead implements RawReader {
  readonly #engine: RawReader
  #flushing = new Layer()
  #gathering = new Layer()

  constructor(engine: Pick<Engine, keyof RawReader>) {
    this.#engine = engine
  }

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    const change = this.#changeOf(table, keyName(key))
    return change ? change.bytes : this.#engine.bytes(table, key)
  }

  /** Whether the entry has changed, and that is not on disk yet. */
  isAhead(table: Table<unknown>, key: Key): boolean {
    return this.#changeOf(table, keyName(key)) !== undefined
  }

  entries(table: Table<unknown>, range: Range): Iterable<RawEntry> {
    const flushing = this.#flushing.range(table, range)
    const gathering = this.#gathering.range(table, range)
    if (!flushing && !gathering) return this.#engine.entries(table, range)
    const { limit, ...whole } = range
    const direction = range.reverse ? -1 : 1
    let merged = this.#engine.entries(table, whole)
    for (const over of [flushing, gathering]) if (over) merged = mergeEntries(merged, over, direction)
    return kept(merged, limit)
  }

  /** Makes a change, and answers the one of the same entry that gathered before. */
  change(change: Change): Change | undefined {
    return this.#gathering.set(change)
  }

  /** Takes a change back, in the tick in which it was made: `before` is what `change` answered. */
  takeBack(change: Change, before: Change | undefined): void {
    this.#gathering.restore(change, before)
  }

  /** The changes that are to be flushed now. Those that come from now on wait for the next time. */
  take(): readonly Change[] {
    this.#flushing = this.#gathering
    this.#gathering = new Layer()
    return this.#flushing.all()
  }

  /** What was taken is on disk. */
  flushed(): void {
    this.#flushing = new Layer()
  }

  /** Nothing that is not on disk has happened. */
  forget(): void {
    this.#flushing = new Layer()
    this.#gathering = new Layer()
  }

  #changeOf(table: Table<unknown>, name: string): Change | undefined {
    return this.#gathering.get(table, name) ?? this.#flushing.get(table, name)
  }
}

function* kept(entries: Iterable<RawEntry>, limit = Number.POSITIVE_INFINITY): Iterable<RawEntry> {
  let given = 0
  for (const entry of entries) {
    if (!entry.bytes) continue
    if (given++ >= limit) return
    yield entry
  }
}
