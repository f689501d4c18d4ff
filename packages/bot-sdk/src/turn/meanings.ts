import type { Clock, Envelope } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import type { HeardMessage } from '../authoring/heard.js'
import type { Run } from '../engine/port.js'
import { type Answer, askOneAfterAnother } from '../understanding/one-after-another.js'
import type { Understood } from '../understanding/port.js'
import { Attempt } from './attempt.js'
import { hearBurst, isToBeUnderstood } from './hearing.js'
import type { BotLog } from './port.js'

/** What a message means by itself, or a burst of them that is taken as one. */
export interface Meaning {
  readonly message: HeardMessage
  /** Absent where nothing was, and where nobody was asked. */
  readonly understood?: Understood | undefined
}

export interface MeaningsOptions {
  bot: Bot
  conversation: string
  clock: Clock
  /** The server's clock, milliseconds since the Unix epoch. */
  now(): number
  log: BotLog
  /** Called when something is known that had to be waited for. */
  learned(): void
}

/** A message, and how far it is understood. */
interface Learning {
  message: HeardMessage
  understood?: Understood | undefined
  /** The recognisers have been asked, and have answered. */
  isDone?: boolean
  pending?: { attempt: Attempt; known: Promise<void> }
}

/** What the messages of a turn mean: each is understood once. */
export class Meanings {
  readonly #options: MeaningsOptions
  readonly #learnings = new Map<string | number, Learning>()
  #closed = false

  constructor(options: MeaningsOptions) {
    this.#options = options
  }

  /**
   * Finds out what the burst means, if that has to be known as `run` stands. Answers with nothing where there is nothing
   * to wait for, else with a promise that resolves when it is known, and never rejects.
   *
   * @throws what the bot's own `recognise` throws
   */
  learn(burst: readonly Envelope[], run: Run | undefined): Promise<void> | undefined {
    const learning = this.#learningOf(burst)
    if (!learning.pending && !this.#isKnown(learning, run)) this.#understand(learning)
    return learning.pending?.known
  }

  of(burst: readonly Envelope[]): Meaning {
    return this.#learningOf(burst)
  }

  isKnown(burst: readonly Envelope[], run: Run | undefined): boolean {
    return this.#isKnown(this.#learningOf(burst), run)
  }

  /** They are handled: nobody will ask for what they mean. */
  forget(burst: readonly Envelope[]): void {
    this.#learnings.delete(nameOf(burst))
    for (const { seq } of burst) this.#learnings.delete(seq)
  }

  /** The turn is over: nobody waits for what is not known yet. */
  close(): void {
    this.#closed = true
    for (const { pending } of this.#learnings.values()) pending?.attempt.abort(new Error('The turn is over'))
  }

  #isKnown({ isDone, message }: Learning, run: Run | undefined): boolean {
    return isDone === true || !isToBeUnderstood(message, this.#options.bot, run)
  }

  #learningOf(burst: readonly Envelope[]): Learning {
    const name = nameOf(burst)
    const known = this.#learnings.get(name)
    if (known) return known
    const learning = { message: hearBurst(burst) }
    this.#learnings.set(name, learning)
    return learning
  }

  #understand(learning: Learning): void {
    const { bot, now } = this.#options
    const { locale = bot.locale, timeZone = bot.timeZone } = learning.message
    const attempt = new Attempt({ locale, language: bot.languages.of(locale), timeZone, now: now() })
    const answer = this.#ask(learning.message, attempt)
    if (answer instanceof Promise) learning.pending = { attempt, known: this.#wait(learning, attempt, answer) }
    else Object.assign(learning, { isDone: true, understood: answer })
  }

  #ask(message: HeardMessage, attempt: Attempt): Answer | Promise<Answer> {
    const { understand: recognisers, leastScore } = this.#options.bot
    try {
      return askOneAfterAnother({ recognisers, leastScore, heard: message, listening: attempt })
    } catch (error) {
      return this.#failed(message, error)
    }
  }

  async #wait(learning: Learning, attempt: Attempt, answer: Promise<Answer>): Promise<void> {
    const { bot, clock, learned } = this.#options
    const { understandTimeoutMs: ms } = bot
    const alarm = clock.after(ms, () => attempt.abort(new Error(`It took longer than understandTimeoutMs, ${ms}`)))
    const understood = await attempt.outcome(answer).catch((error) => this.#failed(learning.message, error))
    alarm.cancel()
    if (this.#closed) return
    delete learning.pending
    Object.assign(learning, { isDone: true, understood })
    learned()
  }

  /** What can't be understood is heard as it was written. */
  #failed({ seq }: HeardMessage, error: unknown): undefined {
    const { conversation, log } = this.#options
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    if (!this.#closed) log.warn({ conversation, seq, cause }, 'A recogniser failed: nothing was recognised')
  }
}

const nameOf = (burst: readonly Envelope[]): string | number => {
  const [first] = burst
  return burst.length === 1 && first ? first.seq : burst.map(({ seq }) => seq).join()
}
