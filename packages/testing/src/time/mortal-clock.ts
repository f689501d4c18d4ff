import type { Alarm, Clock } from '@daakia/protocol'

const nothing: Alarm = { cancel: () => {} }

/** The time of a process that can die: from then on no alarm of it goes off. */
export class MortalClock implements Clock {
  readonly #clock: Clock
  readonly #alarms = new Set<Alarm>()
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  after(...[delayMs, run, purpose]: Parameters<Clock['after']>): Alarm {
    if (this.#isOver) return nothing
    const ring = () => {
      this.#alarms.delete(alarm)
      run()
    }
    const alarm = this.#clock.after(delayMs, ring, purpose)
    this.#alarms.add(alarm)
    return {
      cancel: () => {
        this.#alarms.delete(alarm)
        alarm.cancel()
      },
    }
  }

  end(): void {
    this.#isOver = true
    for (const alarm of this.#alarms) alarm.cancel()
    this.#alarms.clear()
  }
}
