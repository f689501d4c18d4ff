import type { Change, RawEntry } from './engine.js'
import type { Range, Table } from './port.js'
import { SortedEntries } from './sorted-entries.js'

/** Changes that share a flush: the newest of each entry. */
export class Layer {
  readonly #tables = new Map<string, TableLayer>()

  /** @param name the key as a text (`keyName`) */
  get(table: Table<unknown>, name: string): Change | undefined {
    return this.#tables.get(table.name)?.changes.get(name)
  }

  /** Answers the earlier change of the same entry. */
  set(change: Change): Change | undefined {
    const { name } = change.table
    let layer = this.#tables.get(name)
    if (!layer) {
      layer = new TableLayer()
      this.#tables.set(name, layer)
    }
    return layer.set(change)
  }

  /** Takes a change back: `before` is the one that it replaced. */
  restore(change: Change, before: Change | undefined): void {
    this.#tables.get(change.table.name)?.restore(change, before)
  }

  /** `undefined` where nothing of the table has changed. */
  range(table: Table<unknown>, range: Range): Iterable<RawEntry> | undefined {
    return this.#tables.get(table.name)?.sorted().range(range)
  }

  all(): Change[] {
    const all: Change[] = []
    for (const { changes } of this.#tables.values()) for (const change of changes.values()) all.push(change)
    return all
  }
}

class TableLayer {
  readonly changes = new Map<string, Change>()
  /** Few tables are read by ranges while they change: only then are their changes put in order. */
  #sorted: SortedEntries | undefined

  set(change: Change): Change | undefined {
    const before = this.changes.get(change.name)
    this.changes.set(change.name, change)
    this.#sorted?.set(change)
    return before
  }

  restore({ name }: Change, before: Change | undefined): void {
    if (before) this.changes.set(name, before)
    else this.changes.delete(name)
    this.#sorted = undefined
  }

  sorted(): SortedEntries {
    this.#sorted ??= SortedEntries.of(this.changes.values())
    return this.#sorted
  }
}
