import { Ahead } from './ahead.js'
import { type Engine, UnpackingReader } from './engine.js'
import { StorageError } from './errors.js'
import type { Key, KeyValue, Numbered, Reader, Table, Transaction } from './port.js'
import { Transactions } from './transaction.js'
import { Waiting } from './waiting.js'

type Group = Waiting<never, never>[]

/**
 * A key-value store over an engine. Runs transactions as they arrive, ahead of the disk, and gives those that arrive while
 * a flush is going on the next flush together; those of the one before are told while the disk is at work on it. What a
 * transaction answers, or throws, is told when all that it may have seen is on disk.
 */
export class GroupCommit extends UnpackingReader implements KeyValue {
  readonly #engine: Engine
  readonly #ahead: Ahead
  readonly #transactions: Transactions
  #waiting: Group = []
  #running: Promise<void> | undefined
  #closed = false

  constructor(engine: Engine) {
    super(engine)
    this.#engine = engine
    this.#ahead = new Ahead(engine)
    this.#transactions = new Transactions(this.#ahead, engine)
  }

  write<W, T = W>(work: (tx: Transaction) => W, flushed?: (answer: W) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageError('closed', 'The storage is closed'))
    return new Promise<T>((resolve, reject) => {
      const waiting = new Waiting<W, T>(flushed, resolve, reject)
      waiting.attempt(() => this.#transactions.run(work))
      this.#waiting.push(waiting as unknown as Waiting<never, never>)
      this.#running ??= this.#flushAll()
    })
  }

  async read<T>(work: (reader: Reader) => T): Promise<T> {
    return work(this)
  }

  override get<V>(table: Table<V>, key: Key): V | undefined {
    // What transactions remember of an entry that has not changed since its flush is what is on disk.
    return table.hot && !this.#ahead.isAhead(table, key) ? this.#transactions.get(table, key) : super.get(table, key)
  }

  override after<V>(table: Table<V>, prefix: Key, number: number, limit = Number.POSITIVE_INFINITY) {
    const kept: Iterable<Numbered<V>> | undefined = this.#transactions.flushedAfter(table, prefix, number, limit)
    return kept ?? super.after(table, prefix, number, limit)
  }

  /** Takes no more, and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #flushAll(): Promise<void> {
    await undefined
    let flushed: Group = []
    while (flushed.length > 0 || this.#waiting.length > 0) {
      if (this.#waiting.length > 0) flushed = await this.#flush(flushed)
      else settle(flushed.splice(0))
    }
    this.#running = undefined
  }

  /** Flushes what waits, and answers it; meanwhile tells those who were `flushed` before. */
  async #flush(flushed: Group): Promise<Group> {
    const atOnce = flushed.length > 0
    const begun = () => settle(flushed.splice(0))
    let group: Group = []
    const take = () => {
      group = this.#waiting
      this.#waiting = []
      return this.#transactions.take()
    }
    try {
      await this.#engine.commit({ take, atOnce, begun })
      this.#transactions.flushed()
      begun()
      return group
    } catch (error) {
      begun()
      // What has come since stands on what is lost.
      const lost = [...group, ...this.#waiting.splice(0)]
      this.#transactions.forget()
      for (const waiting of lost) waiting.reject(error)
      return []
    }
  }
}

const settle = (group: Group): void => {
  for (const waiting of group) waiting.settle()
}
