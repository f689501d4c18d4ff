import type { Clock } from '@daakia/protocol'

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 1_800_000_000_000
  #alarms: { due: number; run: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void) {
    const alarm = { due: this.#now + delayMs, run }
    this.#alarms.push(alarm)
    return {
      cancel: () => {
        this.#alarms = this.#alarms.filter((other) => other !== alarm)
      },
    }
  }

  /** How many calls are waiting for their time. */
  get waiting(): number {
    return this.#alarms.length
  }

  advance(ms: number): void {
    this.#now += ms
    const due = this.#alarms.filter((alarm) => alarm.due <= this.#now).sort((a, b) => a.due - b.due)
    this.#alarms = this.#alarms.filter((alarm) => alarm.due > this.#now)
    for (const alarm of due) alarm.run()
  }
}
