import type { Key, Range, Reader, SharedKeyValue, Table } from '../port.js'

interface Entry {
  key: Key
  value: unknown
}

/** A range that was asked for, and as much of it as was read. */
interface Asked {
  table: Table<unknown>
  range: Range
  limit: number
  entries: readonly Entry[]
}

/** So many entries of a range are read first; where that is not enough, four times as many. */
const atFirst = 32

/** What a work wants to read of one partition. All of it is read anew together, so that it is of one moment. */
export class Portion {
  readonly #values = new Map<string, Entry & { table: Table<unknown> }>()
  readonly #ranges = new Map<string, Asked>()
  #lacks = false

  constructor(private readonly kv: SharedKeyValue) {}

  /** Something was asked for that is not read yet. */
  get lacks(): boolean {
    return this.#lacks
  }

  get(table: Table<unknown>, key: Key): unknown {
    const name = nameOf(table, key)
    const known = this.#values.get(name)
    if (known) return known.value
    this.#values.set(name, { table, key, value: undefined })
    this.#lacks = true
    return undefined
  }

  /** As far as it is read. */
  *range(table: Table<unknown>, range: Range): Iterable<Entry> {
    const { from, to, limit = Number.POSITIVE_INFINITY, reverse = false } = range
    const name = `${nameOf(table, from)}${JSON.stringify([to, reverse])}`
    const asked = this.#ranges.get(name)
    if (!asked) {
      this.#ranges.set(name, { table, range: { from, to, reverse }, limit: Math.min(limit, atFirst), entries: [] })
      this.#lacks = true
      return
    }
    let left = limit
    for (const entry of asked.entries) {
      if (left-- <= 0) return
      yield entry
    }
    if (left <= 0 || asked.entries.length < asked.limit) return
    asked.limit = Math.min(limit, asked.limit * 4)
    this.#lacks = true
  }

  async fetch(): Promise<void> {
    this.#lacks = false
    const found = await this.kv.read((reader) => this.#readAll(reader))
    for (const [name, value] of found.values) {
      const known = this.#values.get(name)
      if (known) known.value = value
    }
    for (const [name, entries] of found.ranges) {
      const asked = this.#ranges.get(name)
      if (asked) asked.entries = entries
    }
  }

  #readAll(reader: Reader) {
    return {
      values: [...this.#values].map(([name, { table, key }]) => [name, reader.get(table, key)] as const),
      ranges: [...this.#ranges].map(
        ([name, { table, range, limit }]) => [name, [...reader.range(table, { ...range, limit })]] as const,
      ),
    }
  }
}

const nameOf = ({ name }: Table<unknown>, key: Key): string => `${name}\0${JSON.stringify(key)}`
