import {
  type Clock,
  ConversationInfo,
  directConversation,
  idMaker,
  isClientId,
  isConversationId,
  parsePosition,
  systemClock,
} from '@daakia/protocol'
import { Closed } from '../errors.js'
import { backoff, defaultBackoff } from '../link/backoff.js'
import { defaultTimeoutMs } from '../link/calls.js'
import { openLink } from '../link/link.js'
import type { CallOptions, Link, LinkStatus } from '../link/port.js'
import type { Stop } from '../listeners.js'
import { mqttTransport } from '../transport/mqtt/mqtt-transport.js'
import { BotStates } from './bot-states.js'
import { ClientConversation } from './conversation.js'
import { Inbox } from './inbox.js'
import type { Message } from './message.js'
import { MessageStream } from './message-stream.js'
import { Outbox } from './outbox.js'
import type { Parts } from './parts.js'
import type { Client, ClientIdentity, ClientOptions, CloseOptions, Conversation } from './port.js'

/**
 * Makes a client, which begins to connect at once and comes back whenever the connection is lost.
 *
 * @throws RangeError where the form of the url, the identity or the position is wrong
 *
 * @example
 * const client = createClient({ url: 'mqtt://127.0.0.1:1883', identity: 'ana' })
 * client.onMessage((message) => console.log(message.from, message.text))
 * await client.to('order-bot').send('hi')
 */
export const createClient = (options: ClientOptions): Client => new LinkedClient(options)

class LinkedClient implements Client {
  readonly #link: Link
  readonly #clock: Clock
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #parts: Parts
  readonly #conversations = new Map<string, ClientConversation>()

  constructor(options: ClientOptions) {
    const { clock = systemClock, random = Math.random, since } = options
    const waits = { ...defaultBackoff, ...options.backoff }
    const identity = identityOf(options.identity)
    const open = options.transport ?? mqttTransport({ url: options.url, ...identity })
    this.#clock = clock
    this.#inbox = new Inbox(positionOf(since))
    this.#link = openLink({ client: identity.client, open, clock, random, backoff: waits })
    this.#outbox = new Outbox({
      link: this.#link,
      clock,
      backoff: backoff(waits, random),
      find: (conversation, id) => this.#conversationOf(conversation).find(id),
    })
    this.#parts = {
      link: this.#link,
      inbox: this.#inbox,
      outbox: this.#outbox,
      states: new BotStates(this.#link),
      newId: idMaker(clock, random),
      listen: (push, end) => this.#listen(push, end),
    }
    this.#begin()
  }

  get id(): string {
    return this.#link.client
  }

  get status(): LinkStatus {
    return this.#link.status
  }

  get position(): string | undefined {
    return this.#inbox.position
  }

  online(): Promise<void> {
    return this.#link.online()
  }

  onStatus(listener: (status: LinkStatus) => void): Stop {
    return this.#link.onStatus(listener)
  }

  onMessage(listener: (message: Message) => void): Stop {
    return this.#inbox.messages.add(listener)
  }

  onResync(listener: () => void): Stop {
    return this.#inbox.resyncs.add(listener)
  }

  messages(): AsyncIterableIterator<Message> {
    return new MessageStream(this.#parts.listen)
  }

  to(client: string): Conversation {
    if (!isClientId(client)) throw unfit(client)
    if (client === this.id) throw new RangeError('A client has no conversation with itself.')
    return this.conversation(directConversation(this.id, client))
  }

  conversation(id: string): Conversation {
    return this.#conversationOf(id)
  }

  async createConversation(conversation: { id?: string; members: readonly string[] }): Promise<Conversation> {
    const answer = await this.#link.call('conversations', 'create', conversation)
    return this.conversation(ConversationInfo.parse(answer).id)
  }

  call(service: string, method: string, params?: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.#link.call(service, method, params, { timeoutMs: defaultTimeoutMs, ...options })
  }

  async close({ giveUpAfterMs }: CloseOptions = {}): Promise<void> {
    if (this.status.state !== 'closed') await this.#sent(giveUpAfterMs)
    await this.#link.close()
  }

  #conversationOf(id: string): ClientConversation {
    const known = this.#conversations.get(id)
    if (known) return known
    if (!isConversationId(id)) throw new RangeError(`"${id}" is not the id of a conversation.`)
    const conversation = new ClientConversation(id, this.#parts)
    this.#conversations.set(id, conversation)
    return conversation
  }

  #begin(): void {
    this.#inbox.messages.add((message) => this.#heard(message))
    this.#inbox.resyncs.add(() => this.#resync())
    this.#link.onStatus((status) => {
      if (status.state === 'closed') this.#outbox.abandon(status.reason ?? new Closed('The client was closed.'))
    })
    this.#link.subscribe(this.#inbox.subscription).catch((reason) => this.#link.close(reason))
  }

  #heard(message: Message): void {
    this.#conversations.get(message.conversation)?.heard(message)
    if (message.from === this.id) this.#outbox.heard(message)
  }

  #resync(): void {
    for (const conversation of this.#conversations.values()) conversation.forget()
    this.#outbox.doubt()
  }

  #listen(push: (message: Message) => void, end: (error?: Error) => void): Stop {
    const stops = [
      this.#inbox.messages.add(push),
      this.#link.onStatus((status) => status.state === 'closed' && end(status.reason)),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Resolves when all is sent, or the time is over. */
  #sent(giveUpAfterMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const alarm = giveUpAfterMs === undefined ? undefined : this.#clock.after(giveUpAfterMs, resolve)
      void this.#outbox.empty().then(() => {
        alarm?.cancel()
        resolve()
      })
    })
  }
}

const identityOf = (identity: string | ClientIdentity): ClientIdentity => {
  const named = typeof identity === 'string' ? { client: identity } : identity
  if (isClientId(named.client)) return named
  throw unfit(named.client)
}

const unfit = (name: string) => new RangeError(`"${name}" cannot name a client: 1 to 128 of A-Z a-z 0-9 . _ @ - do.`)

const positionOf = (since: string | undefined) => {
  const position = since === undefined ? undefined : parsePosition(since)
  if (since !== undefined && !position) throw new RangeError(`"${since}" is not a position on an inbox.`)
  return position
}
