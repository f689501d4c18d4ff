import type { Alarm, Clock, Random } from '@daakia/protocol'
import type { RedisConnection } from './connect.js'

export interface KeptConnectionOptions<T extends RedisConnection> {
  clock: Clock
  random: Random
  /** Makes the next connection, which is not connected yet. */
  make(): T
  /** A connection is there. It counts once this has resolved; where it rejects, the connection is given up. */
  prepare(connection: T): Promise<void>
  /** There is none from now on; it is tried again, and again, until there is. */
  lost(error: Error): void
  /** There is one again. */
  back(): void
}

const shortestWaitMs = 50
const longestWaitMs = 2_000

/** Longer each time, and never the same for all nodes, so that a Redis that is back is not run down. */
const waitMs = (failures: number, random: Random): number =>
  Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2)

/** Rejects when it has ended: a Cluster that is not whole ends while it connects, and says nothing to who waits for that. */
const ended = (connection: RedisConnection): Promise<never> =>
  new Promise((_, reject) => {
    connection.once('end', () => reject(new Error('Cluster is ended: it is not whole, or a master is being replaced')))
  })

/** A connection that is opened again whenever it was lost, until it is closed. */
export class KeptConnection<T extends RedisConnection> {
  readonly #options: KeptConnectionOptions<T>
  #current: T | undefined
  #closed = false
  #failures = 0
  #next: Alarm | undefined

  constructor(options: KeptConnectionOptions<T>) {
    this.#options = options
  }

  /** The connection, while there is one. */
  get current(): T | undefined {
    return this.#current
  }

  /** Connects once, and rejects where that fails: then nothing is kept. */
  async open(): Promise<void> {
    const connection = this.#options.make()
    let problem: Error | undefined
    connection.on('error', (error: Error) => {
      problem = error
    })
    try {
      await Promise.race([connection.connect(), ended(connection)])
      await this.#options.prepare(connection)
    } catch (error) {
      connection.disconnect()
      throw problem ?? error
    }
    if (this.#closed) return connection.disconnect()
    this.#keep(connection, () => problem)
  }

  /** Connects, and tries again for as long as that fails. */
  async openEventually(): Promise<void> {
    try {
      await this.open()
    } catch (error) {
      this.#retry(error as Error)
    }
  }

  close(): void {
    this.#closed = true
    this.#next?.cancel()
    this.#current?.disconnect()
    this.#current = undefined
  }

  #keep(connection: T, problem: () => Error | undefined): void {
    const end = () => {
      if (this.#current !== connection) return
      this.#current = undefined
      this.#retry(problem() ?? new Error('Connection is closed.'))
    }
    const wasLost = this.#failures > 0
    this.#failures = 0
    this.#current = connection
    connection.once('end', end)
    if (wasLost) this.#options.back()
    if (connection.status === 'end') end()
  }

  #retry(error: Error): void {
    if (this.#closed) return
    if (this.#failures === 0) this.#options.lost(error)
    const delayMs = waitMs(this.#failures++, this.#options.random)
    this.#next = this.#options.clock.after(delayMs, () => void this.openEventually(), 'reconnect')
  }
}
