import { memoryKeyValue } from '../../src/kv/memory.js'
import type { KeyValue, Transaction } from '../../src/kv/port.js'
import { Gate } from './gate.js'
import type { Storage } from './storage.js'
import { withWrite } from './with-write.js'

/** Storage in memory whose flushes wait while it is held. */
export class HeldStorage implements Storage {
  readonly keyValue: KeyValue
  #gate: Promise<void> = Promise.resolve()
  #release = () => {}
  #writesBefore = 0
  #resultGate = new Gate()

  constructor() {
    const inner = memoryKeyValue()
    this.keyValue = withWrite(inner, async <W, T>(work: (tx: Transaction) => W, flushed?: (answer: W) => T) => {
      await this.#gate
      const result = await inner.write(work)
      if (--this.#writesBefore === 0) await this.#resultGate.pass()
      return flushed ? flushed(result) : (result as unknown as T)
    })
  }

  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#release = resolve
    })
  }

  release(): void {
    this.#release()
  }

  /** Does the writes that come, and keeps back what the `nth` of them resolves with. */
  holdResult(nth: number): Gate {
    this.#writesBefore = nth
    this.#resultGate = new Gate()
    return this.#resultGate
  }

  async reopen(): Promise<Storage> {
    return this
  }

  remove(): Promise<void> {
    return this.keyValue.close()
  }
}
