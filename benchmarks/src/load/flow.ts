import type { Batch } from './batch.js'

export interface FlowOptions {
  /** Sent in turn, over and over. */
  batches: readonly Batch[]
  /** How often each message is delivered. */
  copies: number
  /** Messages that may be under way. */
  window: number
  write(bytes: Uint8Array): void
}

/**
 * A publisher of QoS 0 that sends as fast as its messages arrive, with so many under way that the server always has
 * work, and so few that no server has a reason to throw one away.
 */
export class Flow {
  /** Deliveries. */
  arrivals = 0
  private sent = 0
  private givenUp = 0
  private turn = 0
  private seenArrivals = 0
  private running = true

  constructor(private readonly options: FlowOptions) {}

  pump(): void {
    const { batches, window, write } = this.options
    while (this.running) {
      const batch = batches[this.turn] as Batch
      const underWay = this.underWay()
      if (underWay > 0 && underWay + batch.messages > window) return
      this.turn = this.turn + 1 === batches.length ? 0 : this.turn + 1
      this.sent += batch.messages
      write(batch.bytes)
    }
  }

  /** Share (0 to 1) of the deliveries that did not come. */
  get lost(): number {
    const expected = this.sent * this.options.copies
    return expected === 0 ? 0 : Math.min(this.givenUp, expected - this.arrivals) / expected
  }

  arrived(deliveries: number): void {
    this.arrivals += deliveries
    this.pump()
  }

  /** Gives up what is under way when nothing has come since the last call. */
  checkProgress(): void {
    if (this.arrivals === this.seenArrivals && this.running) {
      this.givenUp = this.sent * this.options.copies - this.arrivals
      this.pump()
    }
    this.seenArrivals = this.arrivals
  }

  stop(): void {
    this.running = false
  }

  private underWay(): number {
    return this.sent - (this.arrivals + this.givenUp) / this.options.copies
  }
}
