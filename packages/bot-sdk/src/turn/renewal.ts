import type { Alarm, Clock } from '@daakia/protocol'

/** Renews a lease for as long as somebody works under it, twice within its duration. */
export class Renewal {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #renew: () => Promise<void>
  #alarm: Alarm | undefined

  constructor(clock: Clock, durationMs: number, renew: () => Promise<void>) {
    this.#clock = clock
    this.#everyMs = durationMs / 2
    this.#renew = renew
  }

  start(): void {
    this.#alarm = this.#clock.after(this.#everyMs, () => {
      this.start()
      void this.#renew()
    })
  }

  stop(): void {
    this.#alarm?.cancel()
  }
}
