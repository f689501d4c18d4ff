import type { Clock } from '@daakia/protocol'
import { AnswerCache, Fingerprint, Shared } from '../answer-cache.js'
import { Lanes } from '../lanes.js'
import { type PasswordHash, verifyPassword } from './hash.js'

/**
 * The thread pool of Node has four threads, of which the disk needs some too. Who waits behind so many others would
 * not be served before the time for CONNECT is over.
 */
const limits = { atOnce: 2, waiting: 32 }

/** A client that comes back soon, as after a lost network, is not made to wait. */
const remembered = { forMs: 60_000, size: 10_000 }

/** Compares passwords with hashes, so many at a time, and remembers for a minute which were right. */
export class PasswordChecks {
  readonly #fingerprint = new Fingerprint()
  readonly #right: AnswerCache<true>
  readonly #shared = new Shared<boolean>()
  readonly #lanes = new Lanes(limits)

  constructor(private readonly clock: Clock) {
    this.#right = new AnswerCache(clock, remembered.size)
  }

  /** @throws LanesFull where too many passwords wait already */
  async isRight(password: Uint8Array, known: PasswordHash): Promise<boolean> {
    const key = this.#fingerprint.of(known.salt, known.hash, password)
    if (this.#right.get(key)) return true
    const right = await this.#shared.ask(key, () => this.#lanes.run(() => verifyPassword(password, known)))
    if (right) this.#right.set(key, true, this.clock.now() + remembered.forMs)
    return right
  }
}
