import type { Alarm, Clock } from '@daakia/protocol'

/**
 * A clock that was set, or a machine that slept, moves a due time without moving the alarm for it: so the clock is looked
 * at as often as this.
 */
const lookEveryMs = 60_000

/** Remembers when each bot's next timer falls due, with one alarm for the earliest. */
export class Deadlines {
  readonly #dues = new Map<string, number>()
  #alarm: { alarm: Alarm; due: number } | undefined
  #look: Alarm | undefined

  constructor(
    readonly clock: Clock,
    readonly fallsDue: (key: string) => void,
  ) {}

  set(key: string, due: number | undefined): void {
    const before = this.#dues.get(key)
    if (due === undefined) this.#dues.delete(key)
    else this.#dues.set(key, due)
    // Only what is earlier than the alarm, or what it was set for, can change it: there may be many bots.
    const earliest = this.#alarm?.due ?? Number.POSITIVE_INFINITY
    if (before === earliest) this.#arm(this.#earliest())
    else if (due !== undefined && due < earliest) this.#arm(due)
  }

  close(): void {
    this.#dues.clear()
    this.#arm(this.#earliest())
  }

  #earliest(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const due of this.#dues.values()) if (due < earliest) earliest = due
    return earliest
  }

  #arm(due: number): void {
    if (this.#alarm?.due === due) return
    this.#disarm()
    if (due === Number.POSITIVE_INFINITY) return
    const leftMs = Math.max(0, due - this.clock.now())
    this.#alarm = { due, alarm: this.clock.after(leftMs, () => this.#ring()) }
    if (leftMs > lookEveryMs) this.#look = this.clock.after(lookEveryMs, () => this.#ring(), 'upkeep')
  }

  #disarm(): void {
    this.#alarm?.alarm.cancel()
    this.#look?.cancel()
    this.#alarm = undefined
    this.#look = undefined
  }

  #ring(): void {
    this.#disarm()
    const now = this.clock.now()
    const keys = [...this.#dues].filter(([, due]) => due <= now).map(([key]) => key)
    for (const key of keys) this.#dues.delete(key)
    this.#arm(this.#earliest())
    for (const key of keys) this.fallsDue(key)
  }
}
