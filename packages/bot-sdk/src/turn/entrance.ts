import type { Envelope } from '@daakia/protocol'
import type { HeardMessage } from '../authoring/heard.js'
import type { Chain } from '../middleware/chain.js'
import { ValueMap } from '../middleware/context-key.js'
import type { IncomingContext, MiddlewareContext, Outgoing } from '../middleware/port.js'
import { hear } from './hearing.js'

/** What became of a message at the entrance. */
export interface Admitted {
  /** As the bot shall hear it; absent where it was dropped. */
  message?: HeardMessage
  /** What is said before that. */
  replies: readonly Outgoing[]
  values?: ValueMap
}

/** Where messages come in during one lease: middleware may change, answer and drop them. Without any, all are in. */
export class Entrance {
  readonly #incoming: Chain['incoming']
  readonly #context: () => MiddlewareContext
  readonly #admitted: Map<number, Admitted | { error: unknown }> | undefined
  #queue: Promise<void> | undefined

  /** @param context of the turn that is open */
  constructor(incoming: Chain['incoming'], context: () => MiddlewareContext) {
    this.#incoming = incoming
    if (incoming) this.#admitted = new Map()
    this.#context = context
  }

  /** Whether somebody is asked about what comes in. */
  get isGuarded(): boolean {
    return this.#admitted !== undefined
  }

  /** Whether the message was let in, or turned away. */
  isIn({ seq }: Envelope): boolean {
    return this.#admitted === undefined || this.#admitted.has(seq)
  }

  /** Lets them in, one by one. Never rejects: what went wrong with one is thrown where it is taken. */
  letIn(envelopes: readonly Envelope[]): Promise<void> {
    this.#queue = this.#oneByOne(envelopes, this.#queue)
    return this.#queue
  }

  async #oneByOne(envelopes: readonly Envelope[], before: Promise<void> | undefined): Promise<void> {
    await before
    for (const envelope of envelopes) if (!this.isIn(envelope)) await this.#ask(envelope)
  }

  async #ask(envelope: Envelope): Promise<void> {
    try {
      this.#admitted?.set(envelope.seq, await this.#answerTo(envelope))
    } catch (error) {
      this.#admitted?.set(envelope.seq, { error })
    }
  }

  async #answerTo(envelope: Envelope): Promise<Admitted> {
    const replies: Outgoing[] = []
    const values = new ValueMap(this.#context())
    const message = await this.#incoming?.(hear(envelope), incomingContext(this.#context(), values, replies))
    return { ...(message && { message }), replies, values }
  }

  /** The message as the bot hears it; `undefined` where it does not. */
  heard(envelope: Envelope): HeardMessage | undefined {
    if (!this.#admitted) return hear(envelope)
    const admitted = this.#admitted.get(envelope.seq)
    return admitted && 'replies' in admitted ? admitted.message : undefined
  }

  /** What came of it besides; `undefined` where nobody was asked. @throws what a middleware threw */
  resultOf({ seq }: Envelope): Admitted | undefined {
    const admitted = this.#admitted?.get(seq)
    if (admitted && 'error' in admitted) throw admitted.error
    return admitted
  }

  forget(burst: readonly Envelope[]): void {
    if (this.#admitted) for (const { seq } of burst) this.#admitted.delete(seq)
  }
}

const incomingContext = (context: MiddlewareContext, values: ValueMap, replies: Outgoing[]): IncomingContext => ({
  bot: context.bot,
  conversation: context.conversation,
  now: context.now,
  get: (key) => values.get(key),
  set: (key, value) => values.set(key, value),
  reply: (saying) => {
    replies.push(typeof saying === 'string' ? { type: 'text', body: { text: saying } } : saying)
    return undefined
  },
})
