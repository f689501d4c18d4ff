import type { Clock, Envelope } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import type { HeardMessage } from '../authoring/heard.js'
import type { Run } from '../engine/port.js'
import { type Answer, askOneAfterAnother, sureOf } from '../understanding/one-after-another.js'
import type { Understood } from '../understanding/port.js'
import { Attempt } from './attempt.js'
import type { Entrance } from './entrance.js'
import { isToBeUnderstood, joined } from './hearing.js'
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
  /** Where messages come in before anything is recognised in them. */
  entrance: Entrance
  /** Called when something is known that had to be waited for. */
  learned(): void
}

/** A message, and how far it is understood. */
interface Learning {
  /** Absent where it was dropped at the entrance, or something went wrong there. */
  message: HeardMessage | undefined
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
    if (!this.#isIn(burst)) return this.#letIn(burst)
    const learning = this.#learningOf(burst)
    const { message } = learning
    if (message && !learning.pending && !this.#isKnown(learning, run)) this.#understand(learning, message)
    return learning.pending?.known
  }

  /** `undefined` where the bot is not to hear it. */
  of(burst: readonly Envelope[]): Meaning | undefined {
    const { message, understood } = this.#learningOf(burst)
    return message && { message, understood }
  }

  isKnown(burst: readonly Envelope[], run: Run | undefined): boolean {
    return this.#isIn(burst) && this.#isKnown(this.#learningOf(burst), run)
  }

  #isIn(burst: readonly Envelope[]): boolean {
    const { entrance } = this.#options
    return !entrance.isGuarded || burst.every((envelope) => entrance.isIn(envelope))
  }

  /** What is recognised in it has to be found out then. */
  #letIn(burst: readonly Envelope[]): Promise<void> {
    return this.#options.entrance.letIn(burst).then(() => {
      if (!this.#closed) this.#options.learned()
    })
  }

  /** They are handled: nobody will ask for what they mean. */
  forget(burst: readonly Envelope[]): void {
    this.#learnings.delete(nameOf(burst))
    for (const { seq } of burst) this.#learnings.delete(seq)
    this.#options.entrance.forget(burst)
  }

  /** The turn is over: nobody waits for what is not known yet. */
  close(): void {
    this.#closed = true
    for (const { pending } of this.#learnings.values()) pending?.attempt.abort(new Error('The turn is over'))
  }

  #isKnown({ isDone, message }: Learning, run: Run | undefined): boolean {
    return isDone === true || !message || !isToBeUnderstood(message, this.#options.bot, run)
  }

  #learningOf(burst: readonly Envelope[]): Learning {
    const name = nameOf(burst)
    const known = this.#learnings.get(name)
    if (known) return known
    const { entrance } = this.#options
    const learning = { message: joined(burst.flatMap((envelope) => entrance.heard(envelope) ?? [])) }
    this.#learnings.set(name, learning)
    return learning
  }

  #understand(learning: Learning, message: HeardMessage): void {
    const { bot, now } = this.#options
    const { locale = bot.locale, timeZone = bot.timeZone } = message
    const attempt = new Attempt({ locale, language: bot.languages.of(locale), timeZone, now: now() })
    const answer = this.#ask(message, attempt)
    if (answer instanceof Promise) learning.pending = { attempt, known: this.#wait(learning, attempt, answer, message) }
    else this.#done(learning, answer)
  }

  #ask(message: HeardMessage, attempt: Attempt): Answer | Promise<Answer> {
    const { understand: recognisers, leastScore } = this.#options.bot
    try {
      return askOneAfterAnother({ recognisers, leastScore, heard: message, listening: attempt })
    } catch (error) {
      return this.#failed(message, error)
    }
  }

  async #wait(learning: Learning, attempt: Attempt, answer: Promise<Answer>, message: HeardMessage): Promise<void> {
    const { bot, clock, learned } = this.#options
    const { understandTimeoutMs: ms } = bot
    const alarm = clock.after(ms, () => attempt.abort(new Error(`It took longer than understandTimeoutMs, ${ms}`)))
    const understood = await attempt.outcome(answer).catch((error) => this.#failed(message, error))
    alarm.cancel()
    if (this.#closed) return
    delete learning.pending
    this.#done(learning, understood)
    learned()
  }

  #done(learning: Learning, answer: Answer): void {
    Object.assign(learning, { isDone: true, understood: sureOf(answer, this.#options.bot.leastScore) })
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
