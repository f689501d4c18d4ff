import type { Change, Commit, Engine, RawEntry } from './engine.js'
import { GroupCommit } from './group-commit.js'
import type { Key, KeyValue, Range, Table } from './port.js'
import { SortedEntries } from './sorted-entries.js'

/**
 * How a disk in memory is opened.
 *
 * @example
 * const storage = memoryDisk().open({ flushing: (tables) => (tables.has('journal') ? new Promise(() => {}) : undefined) })
 */
export interface MemoryDiskOptions {
  /**
   * Called before each flush with the names of the tables that it changes. It waits for what is returned: until then its
   * writes are as those that are on their way to a disk.
   */
  flushing?(tables: ReadonlySet<string>): Promise<void> | undefined
}

/**
 * What outlives a process that stores in memory, as a disk does.
 *
 * @example
 * const disk: MemoryDisk = memoryDisk()
 * const server = createServer({ dev: true, storage: disk.open() })
 */
export interface MemoryDisk {
  /**
   * Opens it with what was flushed. Who had it open before is taken for dead: what it has written since its last flush is
   * lost, and whoever waits for that waits for ever.
   */
  open(options?: MemoryDiskOptions): KeyValue
}

type Tables = Map<string, SortedEntries>

class MemoryEngine implements Engine {
  readonly #tables: Tables
  readonly #flushing: MemoryDiskOptions['flushing']
  #isOver = false

  constructor(tables: Tables, { flushing }: MemoryDiskOptions) {
    this.#tables = tables
    this.#flushing = flushing
  }

  /** Nothing of it gets onto the disk any more. */
  end(): void {
    this.#isOver = true
  }

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

  async commit({ take, begun }: Commit): Promise<void> {
    const changes = take()
    const withheld = this.#flushing?.(new Set(changes.map(({ table }) => table.name)))
    if (withheld) {
      begun()
      await withheld
    }
    if (this.#isOver) await new Promise(() => {})
    for (const change of changes) this.#apply(change)
  }

  #apply({ table, key, bytes }: Change): void {
    const entries = this.#tables.get(table.name) ?? new SortedEntries()
    this.#tables.set(table.name, entries)
    if (bytes) entries.set({ key, bytes })
    else entries.delete(key)
  }
}

/**
 * A disk in memory, for tests that kill a server and start another one on what it had flushed. Values are packed as they
 * are on a real one.
 *
 * @example
 * const disk = memoryDisk()
 * const first = createServer({ dev: true, storage: disk.open() })
 * const second = createServer({ dev: true, storage: disk.open() })
 */
export const memoryDisk = (): MemoryDisk => {
  const tables: Tables = new Map()
  let opened: MemoryEngine | undefined
  return {
    open: (options = {}) => {
      opened?.end()
      opened = new MemoryEngine(tables, options)
      return new GroupCommit(opened)
    },
  }
}

/** A store that lives as long as the process: for tests and harnesses. */
export const memoryKeyValue = (): KeyValue => memoryDisk().open()
