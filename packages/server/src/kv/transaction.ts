import type { Ahead } from './ahead.js'
import { Change, type Engine, lastNumberOf } from './engine.js'
import { keyName } from './key-name.js'
import { checkKey } from './keys.js'
import type { Key, Range, Table, Transaction } from './port.js'
import { Remembered } from './remembered.js'
import { packValue, unpackValue } from './values.js'

/** A step of a transaction, with what it takes to take it back. */
interface Step {
  change: Change
  /** The earlier change of the same entry. */
  before: Change | undefined
}

/**
 * Runs transactions one after the other. The values of hot tables and the ends of sequences are remembered, a little
 * ahead of the disk.
 */
export class Transactions implements Transaction {
  readonly #ahead: Ahead
  readonly #engine: Pick<Engine, 'seal'>
  readonly #hot = new Remembered<unknown>()
  readonly #lastNumbers = new Remembered<number>()
  #steps: Step[] = []

  constructor(ahead: Ahead, engine: Pick<Engine, 'seal'>) {
    this.#ahead = ahead
    this.#engine = engine
  }

  /** If `work` throws, nothing of it is kept. */
  run<T>(work: (tx: Transaction) => T): T {
    const outer = this.#steps
    this.#steps = []
    try {
      return work(this)
    } catch (error) {
      for (let step = this.#steps.pop(); step; step = this.#steps.pop()) this.#takeBack(step)
      throw error
    } finally {
      this.#steps = outer
    }
  }

  /** Nothing that is not on disk has happened. */
  forget(): void {
    this.#hot.clear()
    this.#lastNumbers.clear()
  }

  get<V>(table: Table<V>, key: Key): V | undefined {
    if (!table.hot) return this.#read(table, key)
    const name = keyName(key)
    const known = this.#hot.get(table, name)
    if (known !== undefined || this.#hot.has(table, name)) return known as V | undefined
    const value = this.#read(table, key)
    this.#hot.set(table, name, value)
    return value
  }

  *range<V>(table: Table<V>, range: Range): Iterable<{ key: Key; value: V }> {
    for (const { key, bytes } of this.#ahead.entries(table, range))
      if (bytes) yield { key, value: unpackValue(bytes) as V }
  }

  lastNumber(table: Table<unknown>, prefix: Key): number {
    return this.#lastNumber(table, prefix, keyName(prefix))
  }

  put<V>(table: Table<V>, key: Key, value: V): void {
    checkKey(key)
    const bytes = packValue(value)
    this.#make(new Change(table, key, keyName(key), this.#engine.seal(table, key, bytes), bytes.length), value)
  }

  append<V>(table: Table<V>, prefix: Key, value: V): number {
    const name = keyName(prefix)
    const number = this.#lastNumber(table, prefix, name) + 1
    this.put(table, [...prefix, number], value)
    this.#lastNumbers.set(table, name, number)
    return number
  }

  remove(table: Table<unknown>, key: Key): void {
    checkKey(key)
    this.#make(new Change(table, key, keyName(key)), undefined)
  }

  #make(change: Change, value: unknown): void {
    const { table, name } = change
    this.#steps.push({ change, before: this.#ahead.change(change) })
    if (table.hot) this.#hot.set(table, name, value)
  }

  /** What is remembered of the entry, or of the sequence that it may have been appended to, is read anew. */
  #takeBack({ change, before }: Step): void {
    const { table, key, name } = change
    this.#ahead.takeBack(change, before)
    if (table.hot) this.#hot.delete(table, name)
    this.#lastNumbers.delete(table, keyName(key.slice(0, -1)))
  }

  #lastNumber(table: Table<unknown>, prefix: Key, name: string): number {
    const known = this.#lastNumbers.get(table, name)
    if (known !== undefined) return known
    const number = lastNumberOf(this.#ahead, table, prefix)
    this.#lastNumbers.set(table, name, number)
    return number
  }

  #read<V>(table: Table<V>, key: Key): V | undefined {
    const bytes = this.#ahead.bytes(table, key)
    return bytes && (unpackValue(bytes) as V)
  }
}
