import type { Alarm, Clock } from '@daakia/protocol'

/** Calls `expired` when what a client has shown is good no longer. */
export class Expiry {
  #alarm: Alarm | undefined

  constructor(
    private readonly clock: Clock,
    private readonly expired: () => void,
  ) {}

  /** Milliseconds since the Unix epoch; `undefined`: never. What was set before counts no more. */
  set(expiresAt: number | undefined): void {
    this.stop()
    if (expiresAt === undefined) return
    this.#alarm = this.clock.after(Math.max(0, expiresAt - this.clock.now()), this.expired)
  }

  stop(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
  }
}
