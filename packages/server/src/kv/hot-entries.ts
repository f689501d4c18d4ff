import type { RawEntry, RawReader, RawWriter } from './engine.js'
import { under } from './keys.js'
import type { Key, Range, Table } from './port.js'

/** When more is remembered, all is forgotten: what is hot comes back at once. */
const mostRemembered = 100_000

/**
 * An engine as transactions see it: entries of hot tables and the ends of sequences are remembered, a little ahead of
 * the disk. When a commit fails, everything is forgotten.
 */
export class HotEntries implements RawReader, RawWriter {
  readonly #engine: RawReader & RawWriter
  readonly #entries = new Map<string, Uint8Array | undefined>()
  readonly #lastNumbers = new Map<string, number>()

  constructor(engine: RawReader & RawWriter) {
    this.#engine = engine
  }

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    if (!table.hot) return this.#engine.bytes(table, key)
    const name = nameOf(table, key)
    const known = this.#entries.get(name)
    if (known !== undefined || this.#entries.has(name)) return known
    const bytes = this.#engine.bytes(table, key)
    remember(this.#entries, name, bytes)
    return bytes
  }

  entries(table: Table<unknown>, range: Range): Iterable<RawEntry> {
    return this.#engine.entries(table, range)
  }

  set(table: Table<unknown>, key: Key, bytes: Uint8Array): void {
    this.#engine.set(table, key, bytes)
    if (table.hot) remember(this.#entries, nameOf(table, key), bytes)
  }

  remove(table: Table<unknown>, key: Key): void {
    this.#engine.remove(table, key)
    if (table.hot) remember(this.#entries, nameOf(table, key), undefined)
  }

  /** The highest number under a prefix; 0 where there is none. */
  lastNumber(table: Table<unknown>, prefix: Key): number {
    const known = this.#lastNumbers.get(nameOf(table, prefix))
    if (known !== undefined) return known
    const [last] = this.#engine.entries(table, { ...under(...prefix), reverse: true, limit: 1 })
    return last ? (last.key[prefix.length] as number) : 0
  }

  appended(table: Table<unknown>, prefix: Key, number: number): void {
    remember(this.#lastNumbers, nameOf(table, prefix), number)
  }

  forget(): void {
    this.#entries.clear()
    this.#lastNumbers.clear()
  }
}

const nameOf = ({ name }: Table<unknown>, key: Key): string => {
  let text = name
  // Text in keys is data of others: its length keeps one key from looking like another.
  for (const part of key) text += typeof part === 'string' ? `/${part.length}:${part}` : `/${part}`
  return text
}

const remember = <V>(memory: Map<string, V>, name: string, value: V): void => {
  if (memory.size >= mostRemembered) memory.clear()
  memory.set(name, value)
}
