import type { Alarm, AlarmPurpose } from '@daakia/protocol'
import { VirtualClock } from '../time/virtual-clock.js'
import type { Schedule } from './schedule.js'

/** Virtual time that waits for its turn to go on, as does a call that is due then. */
export class ScheduledClock extends VirtualClock {
  readonly #schedule: Schedule

  constructor(startsAt: number, schedule: Schedule) {
    super(startsAt)
    this.#schedule = schedule
  }

  override passTo(time: number): Promise<void> {
    return new Promise((resolve) => {
      this.#schedule.add('time', () => {
        this.moveTo(Math.max(time, this.now()))
        resolve()
      })
    })
  }

  override after(delayMs: number, run: () => void, purpose?: AlarmPurpose): Alarm {
    let isCancelled = false
    const due = () => this.#schedule.add('timers', () => isCancelled || run())
    const alarm = super.after(delayMs, due, purpose)
    return {
      cancel: () => {
        isCancelled = true
        alarm.cancel()
      },
    }
  }
}
