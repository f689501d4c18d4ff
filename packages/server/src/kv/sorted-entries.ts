import { compareKeys } from './compare-keys.js'
import type { RawEntry } from './engine.js'
import type { Key, Range } from './port.js'

/** Entries kept in the order of their keys. */
export class SortedEntries {
  #entries: RawEntry[] = []

  /** Of entries in any order, of which no two have the same key. */
  static of(entries: Iterable<RawEntry>): SortedEntries {
    const sorted = new SortedEntries()
    sorted.#entries = [...entries].sort((a, b) => compareKeys(a.key, b.key))
    return sorted
  }

  get(key: Key): RawEntry | undefined {
    const entry = this.#entries[this.#place(key)]
    return entry && compareKeys(entry.key, key) === 0 ? entry : undefined
  }

  set(entry: RawEntry): void {
    const place = this.#place(entry.key)
    this.#entries.splice(place, this.#isAt(place, entry.key) ? 1 : 0, entry)
  }

  delete(key: Key): void {
    const place = this.#place(key)
    if (this.#isAt(place, key)) this.#entries.splice(place, 1)
  }

  /** The entries of the range at this moment, without its limit. */
  *range({ from, to, reverse }: Range): Iterable<RawEntry> {
    const first = this.#place(from)
    const end = this.#place(to)
    if (reverse) for (let i = end - 1; i >= first; i--) yield this.#entries[i] as RawEntry
    else for (let i = first; i < end; i++) yield this.#entries[i] as RawEntry
  }

  #isAt(place: number, key: Key): boolean {
    const entry = this.#entries[place]
    return entry !== undefined && compareKeys(entry.key, key) === 0
  }

  /** Index of the first entry that does not come before `key`. */
  #place(key: Key): number {
    let low = 0
    let high = this.#entries.length
    const last = this.#entries[high - 1]
    if (last && compareKeys(last.key, key) < 0) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys((this.#entries[middle] as RawEntry).key, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
