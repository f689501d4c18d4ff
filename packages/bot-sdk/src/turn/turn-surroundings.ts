import type { Alarm, Clock } from '@daakia/protocol'
import type { Manner, Surroundings } from '../engine/port.js'

export interface TurnSurroundingsOptions {
  conversation: string
  clock: Clock
  manner: Required<Manner>
  typing(): void
}

/**
 * The world as a turn sees it. Its time is the server's: what the server said last, and what the bot's clock has counted
 * since.
 */
export class TurnSurroundings implements Surroundings {
  readonly conversation: string
  readonly manner: Required<Manner>
  readonly typing: () => void
  readonly #clock: Clock
  #said: number
  #saidAt: number

  constructor({ conversation, clock, manner, typing }: TurnSurroundingsOptions) {
    this.conversation = conversation
    this.manner = manner
    this.typing = typing
    this.#clock = clock
    this.#said = clock.now()
    this.#saidAt = clock.now()
  }

  /** The server says that it is `now` there, milliseconds since the Unix epoch. */
  sync(now: number): void {
    this.#said = now
    this.#saidAt = this.#clock.now()
  }

  now(): number {
    return this.#said + this.#clock.now() - this.#saidAt
  }

  get namedUntil(): number {
    return this.#said
  }

  after(delayMs: number, run: () => void): Alarm {
    return this.#clock.after(delayMs, run)
  }
}
