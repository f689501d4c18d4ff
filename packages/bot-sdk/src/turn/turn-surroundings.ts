import type { Alarm, Clock } from '@daakia/protocol'
import type { Manner, Surroundings } from '../engine/port.js'
import type { Languages } from '../languages/languages.js'
import type { Language } from '../languages/port.js'

export interface TurnSurroundingsOptions {
  conversation: string
  clock: Clock
  manner: Required<Manner>
  languages: Languages
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
  readonly #languages: Languages
  readonly #clock: Clock
  #said: number
  #saidAt: number

  constructor({ conversation, clock, manner, languages, typing }: TurnSurroundingsOptions) {
    this.conversation = conversation
    this.manner = manner
    this.typing = typing
    this.#languages = languages
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

  languageOf(locale: string): Language {
    return this.#languages.of(locale)
  }

  after(delayMs: number, run: () => void): Alarm {
    return this.#clock.after(delayMs, run)
  }
}
