/** As many seconds' worth may be spent at once. */
const burstSeconds = 2

/**
 * A token bucket: it fills at a steady rate. Whoever finds something in it may take more than that, and is paused for
 * as long as it takes to make up for it, so that one large message is not refused for ever.
 */
export class Bucket {
  #tokens: number
  #at: number

  constructor(perSecond: number, now: number) {
    this.#tokens = capacityOf(perSecond)
    this.#at = now
  }

  /** Whether there is something in it. */
  ready(perSecond: number, now: number): boolean {
    this.#fill(perSecond, now)
    return this.#tokens > 0
  }

  take(amount: number): void {
    this.#tokens -= amount
  }

  isFull(perSecond: number, now: number): boolean {
    this.#fill(perSecond, now)
    return this.#tokens === capacityOf(perSecond)
  }

  #fill(perSecond: number, now: number): void {
    const came = ((now - this.#at) / 1000) * perSecond
    // A clock that was set back gives nothing. A lower limit counts at once.
    this.#tokens = Math.min(capacityOf(perSecond), this.#tokens + (came > 0 ? came : 0))
    this.#at = now
  }
}

const capacityOf = (perSecond: number): number => perSecond * burstSeconds
