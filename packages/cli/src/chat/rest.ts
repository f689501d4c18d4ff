import type { Client, Conversation } from '@daakia/client-sdk'
import { type Alarm, type BotState, type Clock, systemClock } from '@daakia/protocol'
import { parkedText } from './parked.js'

/** The bot did nothing for too long. */
export class Silence extends Error {
  override readonly name = 'Silence'
}

export interface RestOptions {
  client: Client
  bot: string
  /** How long nothing may be heard while something is waited for. */
  silenceMs: number
  clock?: Clock
}

/** The `seq` of no message. */
const nothing = 0

/** What somebody waits for: settled by the first of its two calls. */
interface Wait {
  /** The message that has to be handled; none while it is on its way. */
  seq?: number
  silence?: Alarm
  resolve(): void
  reject(error: Error): void
}

/**
 * Knows when a bot rests: when it has handled a message, and all that it said meanwhile was heard. Whatever is heard
 * in its conversation breaks the silence.
 */
export class Rest {
  readonly #options: RestOptions
  readonly #clock: Clock
  readonly #conversation: Conversation
  readonly #stops: (() => void)[]
  #heard = 0
  #wait: Wait | undefined

  constructor(options: RestOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#conversation = options.client.to(options.bot)
    this.#stops = [
      this.#conversation.onMessage(({ seq }) => this.heardUpTo(seq)),
      this.#conversation.onState(() => this.#progress()),
      options.client.onStatus(() => this.#giveUpWhenClosed()),
    ]
  }

  /** All messages up to `seq` were heard. */
  heardUpTo(seq: number): void {
    this.#heard = Math.max(this.#heard, seq)
    this.#progress()
  }

  /**
   * Resolves when the bot rests from a message, at once where there is none. One may be waited for at a time.
   *
   * @throws Silence; Refused where the message, or the client, is; whatever `sent` rejects with
   */
  after(sent: Promise<{ seq: number } | undefined>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const wait: Wait = { resolve, reject }
      this.#wait = wait
      sent.then((message) => {
        wait.seq = message?.seq ?? nothing
        this.#progress()
      }, reject)
      this.#progress()
      this.#giveUpWhenClosed()
    }).finally(() => {
      this.#wait?.silence?.cancel()
      this.#wait = undefined
    })
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #progress(): void {
    const wait = this.#wait
    if (!wait) return
    wait.silence?.cancel()
    if (wait.seq !== undefined && this.#restsFrom(wait.seq)) wait.resolve()
    else wait.silence = this.#clock.after(this.#options.silenceMs, () => wait.reject(this.#silence()))
  }

  #giveUpWhenClosed(): void {
    const { status } = this.#options.client
    if (status.state === 'closed') this.#wait?.reject(status.reason ?? new Silence('The chat was closed.'))
  }

  #restsFrom(seq: number): boolean {
    if (seq === nothing) return true
    const state = this.#holder
    if (state === undefined || state.status === 'working') return false
    return state.processed >= seq && this.#heard >= state.head
  }

  /** The state of who answers: the bot, or the one to which it has handed the conversation over. */
  get #holder(): BotState | undefined {
    const state = this.#conversation.state(this.#options.bot)
    return state?.handedTo === undefined ? state : this.#conversation.state(state.handedTo)
  }

  #silence(): Silence {
    const { client, bot, silenceMs } = this.#options
    const { status } = client
    const state = this.#conversation.state(bot)
    if (status.state === 'offline' || status.state === 'connecting')
      return new Silence(status.reason?.message ?? 'There is no connection.')
    if (state?.status === 'parked') return new Silence(parkedText(this.#options))
    const hint = state ? 'It did not handle the last message.' : 'Is it running?'
    return new Silence(`${bot} was silent for ${silenceMs / 1_000} s. ${hint}`)
  }
}
