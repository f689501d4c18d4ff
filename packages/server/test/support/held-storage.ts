import { memoryKeyValue } from '../../src/kv/memory.js'
import type { KeyValue, Transaction } from '../../src/kv/port.js'
import type { Storage } from './storage.js'

/** Storage in memory whose flushes wait while it is held. */
export class HeldStorage implements Storage {
  readonly keyValue: KeyValue
  #gate: Promise<void> = Promise.resolve()
  #release = () => {}

  constructor() {
    const inner = memoryKeyValue()
    this.keyValue = {
      get: (table, key) => inner.get(table, key),
      range: (table, range) => inner.range(table, range),
      close: () => inner.close(),
      write: async <T>(work: (tx: Transaction) => T) => {
        await this.#gate
        return inner.write(work)
      },
    }
  }

  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#release = resolve
    })
  }

  release(): void {
    this.#release()
  }

  async reopen(): Promise<Storage> {
    return this
  }

  remove(): Promise<void> {
    return this.keyValue.close()
  }
}
