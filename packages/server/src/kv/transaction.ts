import type { Ahead } from './ahead.js'
import { Change, type Engine, entriesAfter, lastNumberOf } from './engine.js'
import { keyName } from './key-name.js'
import { checkKey } from './keys.js'
import type { Key, Numbered, Range, Table, Transaction } from './port.js'
import { Remembered } from './remembered.js'
import { type SequenceEnd, SequenceEnds } from './sequence-ends.js'
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
  readonly #ends = new SequenceEnds()
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
    this.#ahead.forget()
    this.#hot.clear()
    this.#ends.clear()
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
    return this.#endOf(table, prefix).last
  }

  after<V>(table: Table<V>, prefix: Key, number: number, limit = Number.POSITIVE_INFINITY): Iterable<Numbered<V>> {
    const kept = this.#endOf(table, prefix).after(number, limit, { unflushed: true })
    return (kept as Numbered<V>[] | undefined) ?? entriesAfter(this.#ahead, table, prefix, number, limit)
  }

  /** The same of what has been flushed; `undefined` where not all of it is remembered. */
  flushedAfter<V>(table: Table<V>, prefix: Key, number: number, limit: number): Numbered<V>[] | undefined {
    const end = this.#ends.get(table, keyName(prefix))
    return end?.after(number, limit, { unflushed: false }) as Numbered<V>[] | undefined
  }

  put<V>(table: Table<V>, key: Key, value: V): void {
    if (table.followed) this.#forgetEnd(table, key)
    this.#put(table, key, value)
  }

  append<V>(table: Table<V>, prefix: Key, value: V): number {
    const end = this.#endOf(table, prefix)
    const bytes = this.#put(table, [...prefix, end.last + 1], value)
    this.#ends.append(table, end, value, bytes)
    return end.last
  }

  remove(table: Table<unknown>, key: Key): void {
    checkKey(key)
    if (table.followed) this.#forgetEnd(table, key)
    this.#make(new Change(table, key, keyName(key)), undefined)
  }

  /** What has gathered is being flushed from now on. */
  take(): readonly Change[] {
    this.#ends.take()
    return this.#ahead.take()
  }

  /** What was taken is on disk. */
  flushed(): void {
    this.#ahead.flushed()
    this.#ends.flushed()
  }

  /** Answers how many bytes the value has. */
  #put<V>(table: Table<V>, key: Key, value: V): number {
    checkKey(key)
    const bytes = packValue(value)
    this.#make(new Change(table, key, keyName(key), this.#engine.seal(table, key, bytes), bytes.length), value)
    return bytes.length
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
    this.#forgetEnd(table, key)
  }

  #forgetEnd(table: Table<unknown>, key: Key): void {
    this.#ends.delete(table, keyName(key.slice(0, -1)))
  }

  #endOf(table: Table<unknown>, prefix: Key): SequenceEnd {
    const name = keyName(prefix)
    return this.#ends.get(table, name) ?? this.#ends.begin(table, name, lastNumberOf(this.#ahead, table, prefix))
  }

  #read<V>(table: Table<V>, key: Key): V | undefined {
    const bytes = this.#ahead.bytes(table, key)
    return bytes && (unpackValue(bytes) as V)
  }
}
