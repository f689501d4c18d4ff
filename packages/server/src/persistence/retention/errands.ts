import type { Alarm, Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'

/** Work in the background, by name: one piece after the other, each at most once at a time. */
export class Errands {
  readonly #alarms = new Map<string, Alarm>()
  readonly #queued = new Set<string>()
  #last: Promise<void> = Promise.resolve()
  #closed = false

  constructor(
    private readonly clock: Clock,
    private readonly activity: Activity,
    private readonly failed: (error: unknown) => void,
  ) {}

  get closed(): boolean {
    return this.#closed
  }

  /** Runs it when what is under way has ended, unless it waits for that already. */
  run(name: string, work: () => Promise<void>): void {
    this.#alarms.get(name)?.cancel()
    this.#alarms.delete(name)
    if (this.#closed || this.#queued.has(name)) return
    this.#queued.add(name)
    const over = this.activity.begin()
    this.#last = this.#last
      .then(() => {
        this.#queued.delete(name)
        return this.#closed ? undefined : work()
      })
      .catch(this.failed)
      .finally(over)
  }

  /** Runs it after a time, unless it would run by then anyway. */
  runLater(name: string, delayMs: number, work: () => Promise<void>): void {
    if (this.#closed || this.#alarms.has(name)) return
    this.#alarms.set(
      name,
      this.clock.after(delayMs, () => this.run(name, work), 'upkeep'),
    )
  }

  /** Resolves when what is under way has ended; nothing is begun any more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const alarm of this.#alarms.values()) alarm.cancel()
    this.#alarms.clear()
    await this.#last
  }
}
