import type { Change, Commit, Engine, RawEntry } from './engine.js'
import { GroupCommit } from './group-commit.js'
import type { Key, KeyValue, Range, Table } from './port.js'
import { SortedEntries } from './sorted-entries.js'

class MemoryEngine implements Engine {
  readonly #tables = new Map<string, SortedEntries>()

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    return this.#tables.get(table.name)?.get(key)?.bytes
  }

  *entries(table: Table<unknown>, range: Range): Iterable<RawEntry> {
    let left = range.limit ?? Number.POSITIVE_INFINITY
    for (const entry of this.#tables.get(table.name)?.range(range) ?? []) {
      if (left-- <= 0) return
      yield entry
    }
  }

  seal(_table: Table<unknown>, _key: Key, value: Uint8Array): Uint8Array {
    return value
  }

  async commit({ take }: Commit): Promise<void> {
    for (const change of take()) this.#apply(change)
  }

  #apply({ table, key, bytes }: Change): void {
    const entries = this.#tables.get(table.name) ?? new SortedEntries()
    this.#tables.set(table.name, entries)
    if (bytes) entries.set({ key, bytes })
    else entries.delete(key)
  }
}

/** A store that lives as long as the process: for tests and harnesses. Values are packed as they are on disk. */
export const memoryKeyValue = (): KeyValue => new GroupCommit(new MemoryEngine())
