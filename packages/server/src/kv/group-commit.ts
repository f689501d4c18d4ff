import type { RawReader, RawWriter } from './engine.js'
import { StorageError } from './errors.js'
import { HotEntries } from './hot-entries.js'
import { OverlayTransaction } from './overlay.js'
import type { Transaction } from './port.js'

/** Runs `work` in one transaction of the engine, and resolves when that is on disk. */
export type EngineCommit = (work: () => void) => Promise<void>

interface Job {
  run(): void
  settle(): void
  reject(error: unknown): void
}

/** So many transactions share a flush at most: it bounds how long the event loop is held. */
const largestGroup = 1_000

/** Gathers the transactions that arrive while a flush is going on, and gives them the next flush together. */
export class GroupCommit {
  readonly #entries: HotEntries
  readonly #commit: EngineCommit
  #jobs: Job[] = []
  #running: Promise<void> | undefined
  #closed = false

  constructor(engine: RawReader & RawWriter, commit: EngineCommit) {
    this.#entries = new HotEntries(engine)
    this.#commit = commit
  }

  write<T>(work: (tx: Transaction) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageError('closed', 'The storage is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push(this.#job(work, resolve, reject))
      this.#running ??= this.#run()
    })
  }

  /** Takes no more, and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  #job<T>(work: (tx: Transaction) => T, resolve: (value: T) => void, reject: (error: unknown) => void): Job {
    let settle = () => {}
    return {
      run: () => {
        const tx = new OverlayTransaction(this.#entries)
        try {
          const value = work(tx)
          settle = () => resolve(value)
        } catch (error) {
          settle = () => reject(error)
          return
        }
        tx.apply()
      },
      settle: () => settle(),
      reject,
    }
  }

  async #run(): Promise<void> {
    await undefined
    while (this.#jobs.length > 0) await this.#runGroup()
    this.#running = undefined
  }

  async #runGroup(): Promise<void> {
    let group: Job[] = []
    const take = () => {
      group = this.#jobs.splice(0, largestGroup)
    }
    try {
      await this.#commit(() => {
        take()
        for (const job of group) job.run()
      })
      for (const job of group) job.settle()
    } catch (error) {
      this.#entries.forget()
      if (group.length === 0) take()
      for (const job of group) job.reject(error)
    }
  }
}
