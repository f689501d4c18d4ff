import { type Alarm, type AlarmPurpose, systemClock } from '@daakia/protocol'
import type { SceneClock } from './scene-clock.js'

/** The machine's own time, which knows what is due. */
export class RealClock implements SceneClock {
  readonly startedAt = systemClock.now()
  readonly #due = new Set<{ due: number }>()
  #watches = 0

  now(): number {
    return systemClock.now()
  }

  get elapsedMs(): number {
    return this.now() - this.startedAt
  }

  get nextDue(): number | undefined {
    if (this.#due.size === 0) return undefined
    return Math.min(...[...this.#due].map(({ due }) => due))
  }

  after(delayMs: number, run: () => void, purpose?: AlarmPurpose): Alarm {
    const waiting = { due: this.now() + delayMs }
    if (purpose !== 'upkeep' && (purpose !== 'keep-alive' || this.#watches > 0)) this.#due.add(waiting)
    const alarm = systemClock.after(delayMs, () => {
      this.#due.delete(waiting)
      run()
    })
    return {
      cancel: () => {
        this.#due.delete(waiting)
        alarm.cancel()
      },
    }
  }

  /** In real time they look all the time. */
  keepWatch(): () => void {
    this.#watches += 1
    return () => {
      this.#watches -= 1
    }
  }

  /** What is due earlier was asked for earlier, or of a shorter time: its timer comes first. */
  passTo(time: number): Promise<void> {
    return new Promise((resolve) => systemClock.after(time - this.now(), resolve))
  }
}
