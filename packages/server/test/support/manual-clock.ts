import type { Alarm, Clock } from '@daakia/protocol'

interface Pending {
  due: number
  run(): void
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  #pending: Pending[] = []

  /** Alarms that wait to ring. */
  get alarms(): number {
    return this.#pending.length
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): Alarm {
    const pending: Pending = { due: this.#now + delayMs, run }
    this.#pending.push(pending)
    return { cancel: () => void this.#remove(pending) }
  }

  /** Lets time pass, and everything run that falls due meanwhile, in order. */
  advance(delayMs: number): void {
    const end = this.#now + delayMs
    for (let next = this.#nextBefore(end); next; next = this.#nextBefore(end)) {
      this.#now = Math.max(this.#now, next.due)
      this.#remove(next)
      next.run()
    }
    this.#now = end
  }

  /** As somebody corrects a clock that was fast. What waits falls due after as much time as before. */
  setBack(byMs: number): void {
    this.#now -= byMs
    for (const pending of this.#pending) pending.due -= byMs
  }

  /** As a machine that has slept. What waits falls due after as much time as before. */
  setForward(byMs: number): void {
    this.setBack(-byMs)
  }

  #nextBefore(end: number): Pending | undefined {
    return this.#pending.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
  }

  #remove(pending: Pending): void {
    this.#pending = this.#pending.filter((each) => each !== pending)
  }
}
