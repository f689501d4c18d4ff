import type { Body, Committed, DueTimer, Envelope, Failure, MessageType } from '@daakia/protocol'
import type { HeardMessage } from '../authoring/heard.js'
import type { TurnValues } from './context-key.js'

/**
 * Something that is done around the turns of a bot, whatever its machine: an object with any of these methods. A list of
 * them is in plain order: the first is the outermost. It is the first to see what comes in and the last to see what
 * goes out, and its `turn` is around all the others. Those of `connect` are around those of `bot`.
 *
 * What throws, or rejects, fails the turn as a throw of the machine does: nothing of it is committed, it is tried again,
 * and after the third time its message is a dead letter. Each method may so be called again for the same message.
 *
 * @example
 * const politeness: Middleware = {
 *   name: 'politeness',
 *   incoming: (message, { reply }) => {
 *     if (!/please/i.test(message.text)) return reply('What is the magic word?')
 *     return message
 *   },
 * }
 */
export interface Middleware {
  /** Shown where something goes wrong. */
  readonly name: string
  /**
   * Around the handling and the commit of one thing: of a message, a burst or a timer, and of what came while the bot was
   * busy with it. `next` handles and commits, and resolves when that is done; call it once. What it rejects with fails
   * the turn, whatever this does with it. What is thrown after the commit is told to the log: the turn is done.
   */
  turn?(turn: TurnContext, next: () => Promise<void>): Promise<void>
  /**
   * A message comes in, before anything is recognised in it. Answers what the bot shall hear: the message as it came, or a
   * changed one; `undefined` drops it. Then it counts as handled, and is committed with the replies that were made.
   * The messages of one conversation come one by one, in order, each of a burst by itself. It is called once for a
   * message and a lease, perhaps while the bot is busy with an earlier message.
   */
  incoming?(message: HeardMessage, context: IncomingContext): Awaitable<HeardMessage | undefined>
  /**
   * What is said with a commit, in order, also where it is nothing; a turn with checkpoints has several commits. Answers
   * what shall be said instead. A message that was named (`as`) can't be edited or unsent once it was dropped.
   */
  outgoing?(said: readonly Outgoing[], turn: TurnContext): Awaitable<readonly Outgoing[]>
  /**
   * Around each commit of a turn, when all that it says is known: `next` sends it, and resolves with the server's answer.
   * As with `turn`, call it once.
   */
  commit?(turn: TurnContext, next: () => Promise<void>): Promise<void>
}

type Awaitable<T> = T | Promise<T>

/**
 * A message that a bot is about to say.
 *
 * @example
 * const signature: Outgoing = { type: 'text', body: { text: 'Sent by a bot.' } }
 * const signed: Middleware = {
 *   name: 'signed',
 *   outgoing: (said) => (said.length === 0 ? said : [...said, signature]),
 * }
 */
export type Outgoing = { [TType in MessageType]: { type: TType; body: Body<TType> } & Address }[MessageType]

interface Address {
  /** The name by which the machine edits and unsends it. */
  as?: string
  /** The member that it is meant for; other bots hear it only so. */
  to?: string
  /** The `id` of the message that it answers. */
  replyTo?: string
  /** Of the trace that it belongs to, as W3C Trace Context writes it. */
  traceparent?: string
}

/**
 * What middleware knows of where it is.
 *
 * @example
 * const where = ({ bot, conversation, now }: MiddlewareContext): string =>
 *   `${new Date(now).toISOString()} ${bot} in ${conversation}`
 */
export interface MiddlewareContext extends TurnValues {
  /** The bot's id. */
  readonly bot: string
  readonly conversation: string
  /** The server's clock, milliseconds since the Unix epoch. */
  readonly now: number
}

/**
 * Where a message comes in. What is set here is there in the turn that handles the message.
 *
 * @example
 * const asleep: Middleware = {
 *   name: 'asleep',
 *   incoming: (message, { now, reply }) =>
 *     new Date(now).getUTCHours() < 22 ? message : reply('We are asleep. Write again tomorrow.'),
 * }
 */
export interface IncomingContext extends MiddlewareContext {
  /** Has this said before what the bot makes of the message. May be called several times, and taken out of the object. */
  reply(saying: string | Outgoing): undefined
}

/**
 * A turn that is under way.
 *
 * @example
 * const retries: Middleware = {
 *   name: 'retries',
 *   turn: async (turn, next) => {
 *     if (turn.attempt > 1) console.warn(`${turn.conversation}: try ${turn.attempt}`)
 *     await next()
 *   },
 * }
 */
export interface TurnContext extends MiddlewareContext {
  /** 1 for the first try at what waits first, 2 for the second … */
  readonly attempt: number
  /** Of the bot's state, where the turn started from. */
  readonly revision: number
  /** Whether the conversation's run begins with this turn, was still in memory, or was restored from what is stored. */
  readonly run: 'new' | 'hot' | 'restored'
  /** What waits first, as it came. Absent where the bot goes on from a checkpoint: what led to it was handled then. */
  readonly trigger?: Trigger
  /** What was handled so far, in order. */
  readonly handled: readonly Handled[]
  /** What was committed to be said so far, in order. */
  readonly said: readonly Outgoing[]
  /** The server's answer to the turn's last commit; absent before, and where it got lost with the lease. */
  readonly committed?: Pick<Committed, 'revision' | 'head'>
}

/**
 * What a turn begins with: a message, a timer that is due, or a failure of which the machine is told.
 *
 * @example
 * const nameOf = (trigger: Trigger): string => {
 *   if (trigger.kind === 'message') return `message ${trigger.message.seq} of ${trigger.message.from}`
 *   return trigger.kind === 'timer' ? `timer ${trigger.timer.id}` : `failure: ${trigger.failure.cause}`
 * }
 */
export type Trigger =
  | { kind: 'message'; message: Envelope }
  | { kind: 'timer'; timer: DueTimer }
  /** The bot has failed too often, and is told so. */
  | { kind: 'failure'; failure: Failure }

/**
 * A message, a timer or a failure that a turn has handled.
 *
 * @example
 * const texts = turn.handled.flatMap((handled: Handled) => (handled.kind === 'message' ? [handled.message.text] : []))
 */
export type Handled =
  | {
      kind: 'message'
      /** As the bot heard it; of a burst, all in one. Of one that was dropped, as it came. */
      message: HeardMessage
      /** A middleware kept it from the bot. */
      dropped?: true
      /** The type of the event as which the machine took it; absent where it began the run, or nobody could take it. */
      event?: string
    }
  | { kind: 'timer'; timer: DueTimer }
  | { kind: 'failure'; failure: Failure }
