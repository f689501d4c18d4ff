import { type Clock, systemClock } from '@daakia/protocol'

/**
 * A machine's clock that somebody sets: what it says jumps, and what waits goes on waiting as long as it was told to,
 * as timers of a machine do.
 */
export class SteppingClock implements Clock {
  offsetMs: number

  constructor(offsetMs: number) {
    this.offsetMs = offsetMs
  }

  now(): number {
    return systemClock.now() + this.offsetMs
  }

  after(delayMs: number, run: () => void) {
    return systemClock.after(delayMs, run)
  }
}
