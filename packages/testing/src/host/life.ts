import type { Clock } from '@daakia/protocol'
import type { KeyValue } from '@daakia/server'
import { MortalClock } from '../time/mortal-clock.js'

/**
 * What a server has from its start until it is killed. A process that dies does nothing more; in this one it goes on, and
 * nothing of it has an effect: what it stores is not kept, and no alarm of it goes off.
 */
export class Life {
  readonly storage: KeyValue
  readonly #clock: MortalClock
  readonly #mourners = new Set<() => void>()
  #isOver = false

  constructor(clock: Clock, storage: KeyValue) {
    this.#clock = new MortalClock(clock)
    this.storage = {
      read: (work) => storage.read(work),
      get: (table, key) => storage.get(table, key),
      range: (table, range) => storage.range(table, range),
      lastNumber: (table, prefix) => storage.lastNumber(table, prefix),
      after: (table, prefix, number, limit) => storage.after(table, prefix, number, limit),
      write: (work, flushed) => (this.#isOver ? new Promise(() => {}) : storage.write(work, flushed)),
      close: async () => {},
    }
  }

  get clock(): Clock {
    return this.#clock
  }

  end(): void {
    this.#isOver = true
    this.#clock.end()
    for (const mourn of this.#mourners) mourn()
  }

  /** Resolves when the work is done, or when nobody is left to do it. */
  async whileItLasts(work: Promise<void>): Promise<void> {
    let mourn = () => {}
    const over = new Promise<void>((resolve) => {
      mourn = resolve
    })
    this.#mourners.add(mourn)
    await Promise.race([work, over])
    this.#mourners.delete(mourn)
  }
}
