import type { Alarm, Clock } from '@daakia/protocol'

/**
 * A clock that was set, or a machine that slept, moves a due time without moving the alarm for it: so the clock is looked
 * at as often as this.
 */
const longestAlarmMs = 60_000

/** Remembers when each bot's next timer falls due, with one alarm for the earliest. */
export class Deadlines {
  readonly #dues = new Map<string, number>()
  #alarm: { alarm: Alarm; due: number } | undefined

  constructor(
    readonly clock: Clock,
    readonly fallsDue: (key: string) => void,
  ) {}

  set(key: string, due: number | undefined): void {
    if (due === undefined) this.#dues.delete(key)
    else this.#dues.set(key, due)
    this.#arm()
  }

  close(): void {
    this.#dues.clear()
    this.#arm()
  }

  #arm(): void {
    const due = Math.min(...this.#dues.values())
    if (this.#alarm?.due === due) return
    this.#alarm?.alarm.cancel()
    this.#alarm = undefined
    if (due === Number.POSITIVE_INFINITY) return
    const leftMs = Math.max(0, due - this.clock.now())
    this.#alarm = { due, alarm: this.clock.after(Math.min(leftMs, longestAlarmMs), () => this.#ring()) }
  }

  #ring(): void {
    this.#alarm = undefined
    const now = this.clock.now()
    const keys = [...this.#dues].filter(([, due]) => due <= now).map(([key]) => key)
    for (const key of keys) this.#dues.delete(key)
    this.#arm()
    for (const key of keys) this.fallsDue(key)
  }
}
