import { type BotState, fitPlain, History, topics } from '@daakia/protocol'
import type { Stop } from '../listeners.js'
import { type Draft, type Message, readEnvelope, type Saying, toTransport, write } from './message.js'
import { MessageStream } from './message-stream.js'
import type { Parts } from './parts.js'
import type { Conversation, HistoryPage, HistoryRange, SendOptions } from './port.js'
import { Timeline } from './timeline.js'

export class ClientConversation implements Conversation {
  readonly id: string
  readonly #parts: Parts
  #timeline: Timeline | undefined

  constructor(id: string, parts: Parts) {
    this.id = id
    this.#parts = parts
  }

  get timeline(): Timeline {
    this.#timeline ??= new Timeline()
    return this.#timeline
  }

  async send(saying: Saying, options: SendOptions = {}): Promise<Message> {
    const draft = this.#draft(saying, options)
    this.#timeline?.sending(draft)
    try {
      const named = { conversation: this.id, id: draft.id, mayBeOld: options.id !== undefined }
      return await this.#parts.outbox.send(named, toTransport(topics.messages(this.id), draft))
    } catch (error) {
      if (error instanceof Error) this.#timeline?.failed(draft, error)
      throw error
    }
  }

  onMessage(listener: (message: Message) => void): Stop {
    return this.#parts.inbox.messages.add((message) => message.conversation === this.id && listener(message))
  }

  messages(): AsyncIterableIterator<Message> {
    return new MessageStream((push, end) =>
      this.#parts.listen((message) => message.conversation === this.id && push(message), end),
    )
  }

  async history(range: HistoryRange = {}): Promise<HistoryPage> {
    const answer = await this.#parts.link.call('history', 'read', { conversation: this.id, ...range })
    const { messages, first, head, more } = History.parse(answer)
    const page: HistoryPage = {
      messages: messages.map((envelope) => readEnvelope(this.id, envelope)),
      ...{ first, head },
      ...(more && { more: more as Pick<HistoryRange, 'after' | 'before'> }),
    }
    this.#timeline?.add(page.messages, this.#parts.link.client)
    return page
  }

  /** The client's own message of this id, looked for from the newest back to the first. */
  async find(id: string): Promise<Message | undefined> {
    for (let range: HistoryRange = {}; ; ) {
      const { messages } = await this.history(range)
      const found = messages.find((message) => message.id === id && message.from === this.#parts.link.client)
      const [oldest] = messages
      if (found || !oldest) return found
      range = { before: oldest.seq }
    }
  }

  onState(listener: (bot: string, state: BotState) => void): Stop {
    return this.#parts.states.follow(this.id, listener)
  }

  state(bot: string): BotState | undefined {
    return this.#parts.states.newest(this.id, bot)
  }

  /** A message of this conversation was heard. */
  heard(message: Message): void {
    this.#timeline?.add([message], this.#parts.link.client)
  }

  /** The journals may have begun anew. */
  forget(): void {
    this.#timeline?.forget()
  }

  #draft(saying: Saying, { id, replyTo, to, traceparent, plain }: SendOptions): Draft {
    return {
      conversation: this.id,
      from: this.#parts.link.client,
      id: id ?? this.#parts.newId(),
      properties: [],
      ...write(saying),
      ...(replyTo !== undefined && { replyTo }),
      ...(to !== undefined && { to }),
      ...(traceparent !== undefined && { traceparent }),
      ...(plain !== undefined && { plain: fitPlain(plain) }),
    }
  }
}
