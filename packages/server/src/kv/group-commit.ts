import { Ahead } from './ahead.js'
import { type Engine, UnpackingReader } from './engine.js'
import { StorageError } from './errors.js'
import type { Key, KeyValue, Table, Transaction } from './port.js'
import { Transactions } from './transaction.js'

/** One who waits for a flush. */
interface Waiting {
  settle(): void
  reject(error: unknown): void
}

/**
 * A key-value store over an engine. Runs transactions as they arrive, ahead of the disk, and gives those that arrive while a flush is going on the next
 * flush together. What a transaction answers, or throws, is told when all that it may have seen is on disk.
 */
export class GroupCommit extends UnpackingReader implements KeyValue {
  readonly #engine: Engine
  readonly #ahead: Ahead
  readonly #transactions: Transactions
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #closed = false

  constructor(engine: Engine) {
    super(engine)
    this.#engine = engine
    this.#ahead = new Ahead(engine)
    this.#transactions = new Transactions(this.#ahead)
  }

  write<T>(work: (tx: Transaction) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageError('closed', 'The storage is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ settle: this.#run(work, resolve, reject), reject })
      this.#running ??= this.#flushAll()
    })
  }

  override get<V>(table: Table<V>, key: Key): V | undefined {
    // What transactions remember of an entry that has not changed since its flush is what is on disk.
    return table.hot && !this.#ahead.isAhead(table, key) ? this.#transactions.get(table, key) : super.get(table, key)
  }

  /** Takes no more, and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  #run<T>(work: (tx: Transaction) => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
    try {
      const value = this.#transactions.run(work)
      return () => resolve(value)
    } catch (error) {
      return () => reject(error)
    }
  }

  async #flushAll(): Promise<void> {
    await undefined
    while (this.#waiting.length > 0) await this.#flush()
    this.#running = undefined
  }

  async #flush(): Promise<void> {
    let group: Waiting[] = []
    try {
      await this.#engine.commit(() => {
        group = this.#waiting
        this.#waiting = []
        return this.#ahead.take()
      })
      this.#ahead.flushed()
      for (const { settle } of group) settle()
    } catch (error) {
      // What has come since stands on what is lost.
      const lost = [...group, ...this.#waiting.splice(0)]
      this.#ahead.forget()
      this.#transactions.forget()
      for (const { reject } of lost) reject(error)
    }
  }
}
