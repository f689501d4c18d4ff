import type { Ahead } from './ahead.js'
import { lastNumberOf } from './engine.js'
import { keyName } from './key-name.js'
import { checkKey } from './keys.js'
import type { Key, Range, Table, Transaction } from './port.js'
import { packValue, unpackValue } from './values.js'

/** When more is remembered, all is forgotten: what is hot comes back at once. */
const mostRemembered = 100_000

/**
 * Runs transactions one after the other. The values of hot tables and the ends of sequences are remembered, a little
 * ahead of the disk.
 */
export class Transactions implements Transaction {
  readonly #ahead: Ahead
  readonly #hot = new Map<string, unknown>()
  readonly #lastNumbers = new Map<string, number>()
  #undo: (() => void)[] = []

  constructor(ahead: Ahead) {
    this.#ahead = ahead
  }

  /** If `work` throws, nothing of it is kept. */
  run<T>(work: (tx: Transaction) => T): T {
    const outer = this.#undo
    this.#undo = []
    try {
      return work(this)
    } catch (error) {
      for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo()
      throw error
    } finally {
      this.#undo = outer
    }
  }

  /** Nothing that is not on disk has happened. */
  forget(): void {
    this.#hot.clear()
    this.#lastNumbers.clear()
  }

  get<V>(table: Table<V>, key: Key): V | undefined {
    if (!table.hot) return this.#read(table, key)
    const name = hotName(table, key)
    const known = this.#hot.get(name)
    if (known !== undefined || this.#hot.has(name)) return known as V | undefined
    const value = this.#read(table, key)
    remember(this.#hot, name, value)
    return value
  }

  *range<V>(table: Table<V>, range: Range): Iterable<{ key: Key; value: V }> {
    for (const { key, bytes } of this.#ahead.entries(table, range))
      if (bytes) yield { key, value: unpackValue(bytes) as V }
  }

  lastNumber(table: Table<unknown>, prefix: Key): number {
    const name = hotName(table, prefix)
    const known = this.#lastNumbers.get(name)
    if (known !== undefined) return known
    const number = lastNumberOf(this.#ahead, table, prefix)
    remember(this.#lastNumbers, name, number)
    return number
  }

  put<V>(table: Table<V>, key: Key, value: V): void {
    this.#change(table, key, packValue(value))
    if (table.hot) remember(this.#hot, hotName(table, key), value)
  }

  append<V>(table: Table<V>, prefix: Key, value: V): number {
    const last = this.lastNumber(table, prefix)
    const name = hotName(table, prefix)
    this.put(table, [...prefix, last + 1], value)
    remember(this.#lastNumbers, name, last + 1)
    this.#undo.push(() => this.#lastNumbers.delete(name))
    return last + 1
  }

  remove(table: Table<unknown>, key: Key): void {
    this.#change(table, key, undefined)
    if (table.hot) remember(this.#hot, hotName(table, key), undefined)
  }

  #change(table: Table<unknown>, key: Key, bytes: Uint8Array | undefined): void {
    checkKey(key)
    this.#undo.push(this.#ahead.change({ table, key, bytes }))
    if (!table.hot) return
    const name = hotName(table, key)
    this.#undo.push(() => this.#hot.delete(name))
  }

  #read<V>(table: Table<V>, key: Key): V | undefined {
    const bytes = this.#ahead.bytes(table, key)
    return bytes && (unpackValue(bytes) as V)
  }
}

const hotName = ({ name }: Table<unknown>, key: Key): string => name + keyName(key)

const remember = <V>(memory: Map<string, V>, name: string, value: V): void => {
  if (memory.size >= mostRemembered) memory.clear()
  memory.set(name, value)
}
