import { deferred } from './deferred.js'
import { LeaseGone } from './port.js'

/** Why a turn ends before it is done: its lease is not its own any more, or something went wrong. */
export type Over = { why: 'lease gone' } | { why: 'failed'; error: unknown }

/** Whether a turn has ended before it was done, and why. */
export class Ending {
  readonly #over = deferred<Over>()
  #reason: Over | undefined

  /** Only the first reason counts. */
  end(over: Over): void {
    this.#reason ??= over
    this.#over.resolve(over)
  }

  get isOver(): boolean {
    return this.#reason !== undefined
  }

  /** Resolves when the turn is over; never while it is not. */
  get over(): Promise<Over> {
    return this.#over.promise
  }

  /** @throws LeaseGone, or what went wrong, as soon as the turn is over */
  async unlessOver<T>(work: Promise<T>): Promise<T> {
    const result = await Promise.race([work, this.#over.promise])
    if (this.#reason === undefined || result !== this.#reason) return result as T
    if (this.#reason.why === 'failed') throw this.#reason.error
    throw new LeaseGone('The lease was lost before the turn was done')
  }
}
