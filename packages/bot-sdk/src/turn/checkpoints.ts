import type { Alarm, Clock } from '@daakia/protocol'

/** Decides when a machine that is at work is committed: when it has moved, a while after that. */
export class Checkpoints {
  readonly #clock: Clock
  readonly #afterMs: number
  readonly #commit: () => Promise<void>
  #alarm: Alarm | undefined
  #underWay: Promise<void> | undefined

  /** @param commit never rejects */
  constructor(clock: Clock, afterMs: number, commit: () => Promise<void>) {
    this.#clock = clock
    this.#afterMs = afterMs
    this.#commit = commit
  }

  /** There is something new to commit. */
  moved(): void {
    if (this.#afterMs === Number.POSITIVE_INFINITY) return
    this.#alarm ??= this.#clock.after(this.#afterMs, () => {
      this.#alarm = undefined
      this.#underWay = (this.#underWay ?? Promise.resolve()).then(this.#commit)
    })
  }

  stop(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    await this.#underWay
  }
}
