import type { BotState, Clock, Random } from '@daakia/protocol'
import type { BackoffOptions } from '../link/backoff.js'
import type { CallOptions, LinkStatus } from '../link/port.js'
import type { Stop } from '../listeners.js'
import type { OpenTransport } from '../transport/port.js'
import type { Message, Saying } from './message.js'
import type { Timeline } from './timeline.js'

/**
 * Who is speaking.
 *
 * @example
 * const identity: ClientIdentity = { client: 'ana', password: process.env.PASSWORD ?? '' }
 * createClient({ url: 'wss://chat.example.com/mqtt', identity })
 */
export interface ClientIdentity {
  client: string
  password?: string
}

/**
 * Who connects, where to, and where to go on.
 *
 * @example
 * const options: ClientOptions = { url: 'ws://127.0.0.1:8080/mqtt', identity: 'ana' }
 * const since = client.position // kept when a page is left
 * createClient({ ...options, ...(since !== undefined && { since }) }) // the next one goes on there
 */
export type ClientOptions = {
  /** The client's id, or the id with a password. */
  identity: string | ClientIdentity
  /** Where on the inbox to begin, as `position` told before; by default with what is said from now on. */
  since?: string
  clock?: Clock
  random?: Random
  backoff?: Partial<BackoffOptions>
} & (
  | {
      /** `mqtt://host:1883` in Node, `ws://host:8080/mqtt` also in a browser. */
      url: string
      transport?: undefined
    }
  | {
      /** How to connect, instead of MQTT over `url`. It has to connect as `identity`. */
      transport: OpenTransport
      url?: undefined
    }
)

/**
 * How a client leaves.
 *
 * @example
 * await client.close({ giveUpAfterMs: 5_000 })
 */
export interface CloseOptions {
  /** How long to wait for what is not sent yet; it is given up then. By default there is no limit. */
  giveUpAfterMs?: number
}

/**
 * A person's, or a service's, side of its conversations.
 *
 * @example
 * const client: Client = createClient({ url: 'mqtt://127.0.0.1:1883', identity: 'ana' })
 * for await (const { from, plain } of client.messages()) console.log(from, plain)
 */
export interface Client {
  /** The client's own id. */
  readonly id: string
  readonly status: LinkStatus
  onStatus(listener: (status: LinkStatus) => void): Stop
  /** Resolves when connected and subscribed, at once where it is. @throws Refused, Closed where it never will be */
  online(): Promise<void>

  /** The direct conversation with another client; it is made with the first message. @throws RangeError */
  to(client: string): Conversation
  conversation(id: string): Conversation
  /** Makes a conversation of several members, the client among them. Made again with the same id, it is the same one. */
  createConversation(conversation: { id?: string; members: readonly string[] }): Promise<Conversation>

  /** Calls `listener` with every new message of all conversations, the client's own included. */
  onMessage(listener: (message: Message) => void): Stop
  /** Every new message of all conversations from now on. Ends when the client is closed. */
  messages(): AsyncIterableIterator<Message>

  /**
   * The place on the inbox that was read up to, as `<epoch>:<offset>`. Kept, and given as `since` to another client, it
   * goes on there. `undefined` before the first connection.
   */
  readonly position: string | undefined
  /** The inbox does not go on from `position`: messages may be missing, or come again. Read the history anew. */
  onResync(listener: () => void): Stop

  /**
   * Calls a method of a service, JSON both ways, and resolves with its result. It is sent once: to call again is up to you.
   *
   * @throws RpcFailure the answer is an error: of the service, or of the server where no instance can take the call
   * @throws CallTimeout, ConnectionLost it was sent, and whether it was carried out is not known
   * @throws Refused the server takes no such call; Closed; what `signal` was aborted with
   * @example
   * const order = await client.call('orders', 'ship', { id: 7 }, { timeoutMs: 2_000 })
   */
  call(service: string, method: string, params?: unknown, options?: CallOptions): Promise<unknown>

  /** Sends what waits, then leaves. What is given up rejects with `Closed`. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * What is said of a message beside what it says.
 *
 * @example
 * const question = await conversation.send('Which size have you got?')
 * await conversation.send('And what does it cost?', { replyTo: question.id, to: 'order-bot' })
 */
export interface SendOptions {
  /** By default one is made. The same id again is the same message. */
  id?: string
  /** The `id` of the message that this one answers. */
  replyTo?: string
  /** The member that it is meant for; bots hear other bots only so. */
  to?: string
  /**
   * The message as text, for who can't show its type, such as a client of MQTT 3.1.1. Made of the body by default; what
   * takes more than 65,535 bytes is cut.
   */
  plain?: string
  /**
   * Of the trace that it belongs to, as W3C Trace Context writes it; a bot with `tracing()` goes on with it. Refused where
   * it is none.
   *
   * @example
   * import { context, propagation } from '@opentelemetry/api'
   *
   * const carrier: { traceparent?: string } = {}
   * propagation.inject(context.active(), carrier)
   * await conversation.send('two large', carrier)
   */
  traceparent?: string
}

/**
 * Which part of a journal is read.
 *
 * @example
 * const lastDay: HistoryRange = { since: Date.now() - 86_400_000, limit: 1_000 }
 * const { messages } = await conversation.history(lastDay)
 */
export interface HistoryRange {
  /** Only messages with a greater `seq`. Without it, the newest ones before `before`. */
  after?: number
  /** Only messages with a smaller `seq`. */
  before?: number
  /** From the first message on with this `at` or a later one: milliseconds since the Unix epoch, the server's clock. */
  since?: number
  /** Up to the first message with this `at` or a later one, without it. */
  until?: number
  /** 100 by default, at most 1,000. */
  limit?: number
}

/**
 * A part of a journal, and how to go on from it.
 *
 * @example
 * let page: HistoryPage = await conversation.history()
 * const messages = [...page.messages]
 * while (page.more) {
 *   page = await conversation.history(page.more)
 *   messages.unshift(...page.messages)
 * }
 */
export interface HistoryPage {
  /** In the order of the journal. */
  messages: Message[]
  /** `seq` of the oldest message that the server keeps; `head + 1` where it keeps none. */
  first: number
  /** `seq` of the conversation's newest message, be it kept or not; 0 where there was none. */
  head: number
  /** With this put into the same range comes the next page; absent at the end of what was asked for. */
  more?: Pick<HistoryRange, 'after' | 'before'>
}

/**
 * One conversation of a client.
 *
 * @example
 * const conversation: Conversation = client.to('order-bot')
 * conversation.onMessage(({ from, plain }) => console.log(from, plain))
 * await conversation.send('two large')
 */
export interface Conversation {
  readonly id: string

  /**
   * Says something. It is sent as soon as there is a connection, after what was said before it, and again after a
   * connection that was lost, until the server has it: once. The same where the server takes nothing for now (0x97), such as
   * while its disk is full; what is said after it waits behind it. Resolves with the message as it stands in the journal.
   *
   * @throws TypeError its body is not what its type says
   * @throws Refused the server did not take it; what was said after it is not affected
   * @throws NotKept the server has taken it before, under the same id, and does not keep it any more
   * @throws Closed the client was closed before it was sent
   */
  send(saying: Saying, options?: SendOptions): Promise<Message>

  /** Calls `listener` with every new message, the client's own included. */
  onMessage(listener: (message: Message) => void): Stop

  /** Every new message from now on, the client's own included. Ends when the client is closed. */
  messages(): AsyncIterableIterator<Message>

  /**
   * Reads the journal: with `after` or `since` the oldest of what is asked for, else the newest. Goes on with
   * `history({ ...range, ...page.more })`.
   *
   * @throws RpcFailure, CallTimeout, ConnectionLost
   */
  history(range?: HistoryRange): Promise<HistoryPage>

  /** Calls `listener` with the public state of each bot here: the newest one, and every change. */
  onState(listener: (bot: string, state: BotState) => void): Stop

  /** The newest public state of a bot that `onState` has come across. */
  state(bot: string): BotState | undefined

  /** What a UI shows. It fills from the first time it is asked for, with what is said and with the history that is read. */
  readonly timeline: Timeline
}
