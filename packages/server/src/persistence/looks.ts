import type { Clock } from '@daakia/protocol'
import type { Reader, SharedKeyValue } from '../kv/port.js'
import { falseOfStorage, trustedMs } from './feed/feed.js'
import type { IsStillKept } from './port.js'

/** Looks whether what was written is still kept, in a store that is not divided and may lose something: others write to it as well. */
export class Looks {
  /** When the newest look that found something kept began. */
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly parts: { kv: SharedKeyValue; clock: Clock }) {}

  /**
   * @param at when it was written
   * @param isThere whether it is, as far as a reader sees
   */
  watch(at: number, isThere: (reader: Reader) => boolean): IsStillKept {
    const foundAt = this.parts.clock.now()
    return () => {
      if (this.#isRecent(at) || (this.#lookedAt >= foundAt && this.#isRecent(this.#lookedAt))) return true
      return this.#look(isThere)
    }
  }

  async #look(isThere: (reader: Reader) => boolean): Promise<boolean> {
    const began = this.parts.clock.now()
    const isKept = await this.parts.kv.read(isThere).catch(falseOfStorage)
    if (isKept) this.#lookedAt = began
    return isKept
  }

  #isRecent(ms: number): boolean {
    return Math.abs(this.parts.clock.now() - ms) < trustedMs
  }
}
