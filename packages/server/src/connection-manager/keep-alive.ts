import type { Alarm, Clock } from '@daakia/protocol'

/** Calls `silent` when one and a half times the keep-alive has passed without a packet [MQTT-3.1.2-22]. */
export class KeepAlive {
  #heardAt: number
  #alarm: Alarm | undefined

  constructor(
    private readonly clock: Clock,
    readonly limitMs: number,
    private readonly silent: () => void,
  ) {
    this.#heardAt = clock.now()
    this.#arm(limitMs)
  }

  heard(): void {
    this.#heardAt = this.clock.now()
  }

  /** The server does not listen just now: silence is not the client's fault. */
  extend(): void {
    this.heard()
    this.#arm(this.limitMs)
  }

  stop(): void {
    this.#alarm?.cancel()
  }

  /** The alarm is not put off with every packet: it looks, when it rings, how long ago the last one was. */
  #arm(delayMs: number): void {
    this.#alarm = this.clock.after(delayMs, () => this.#look(), 'keep-alive')
  }

  #look(): void {
    const leftMs = this.#heardAt + this.limitMs - this.clock.now()
    if (leftMs > 0) this.#arm(leftMs)
    else this.silent()
  }
}
