import type { Alarm, Clock } from '@daakia/protocol'

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #now: number
  #alarms: { due: number; run: () => void }[] = []

  constructor(now = 1_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): Alarm {
    const alarm = { due: this.#now + delayMs, run }
    this.#alarms.push(alarm)
    return {
      cancel: () => {
        this.#alarms = this.#alarms.filter((other) => other !== alarm)
      },
    }
  }

  /** Goes from alarm to alarm, and ends `ms` later. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#alarms.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0]
      if (!next) break
      this.#now = Math.max(this.#now, next.due)
      this.#alarms.splice(this.#alarms.indexOf(next), 1)
      next.run()
    }
    this.#now = end
  }
}
