import type { Envelope } from '@daakia/protocol'
import type { EventObject } from 'xstate'
import type { Understood } from '../understanding/port.js'

/**
 * A message as a bot hears it.
 *
 * @example
 * on: {
 *   message: {
 *     guard: ({ event }) => event.message.type === 'media',
 *     actions: say(({ event }) => `Thank you for the picture, ${event.message.from}.`),
 *   },
 * }
 */
export interface HeardMessage extends Envelope {
  /**
   * What was written, or the `value` of a button that was pressed, where that is a text, a number or a truth value; else
   * empty. Of a burst, what was written in it: a line for each.
   */
  text: string
  /** BCP 47, from the user property `locale`; absent where the sender gave none. */
  locale?: string
  /** IANA name, from the user property `time-zone`; absent where the sender gave none. */
  timeZone?: string
  /** Of a burst: all of its messages, in order; this one is the last of them. */
  burst?: readonly HeardMessage[]
}

/**
 * Somebody wrote, and no recogniser made anything more specific of it.
 *
 * @example
 * on: { message: { target: 'welcomed', actions: assign({ name: ({ event }) => event.text }) } }
 */
export interface MessageHeard {
  type: 'message'
  /** What was written, or the `value` of a button that was pressed, where that is a text, a number or a truth value; else empty. */
  text: string
  message: HeardMessage
}

/**
 * A button was pressed, or a form was sent.
 *
 * @example
 * on: { action: { guard: ({ event }) => event.id === 'more', actions: say(({ event }) => `${event.value} more.`) } }
 */
export interface ActionHeard {
  type: 'action'
  /** The button's, or the form's. */
  id: string
  /** The button's own, or the form's answers by name; not checked. */
  value?: unknown
  message: HeardMessage
}

/**
 * Somebody wants to leave it: "cancel", "never mind". Where the machine does not take it, the conversation's run ends.
 *
 * @example
 * on: { cancel: { target: 'cancelled', actions: say('Nothing ordered.') } }
 */
export interface CancelHeard {
  type: 'cancel'
}

/**
 * Somebody asks what to do. Where neither the machine nor the open question has an answer to it, the bot says its
 * `phrases.help`.
 *
 * @example
 * on: { help: { actions: say('Tell me what you would like to eat, or say "cancel".') } }
 */
export interface HelpHeard {
  type: 'help'
}

/**
 * Everything is to begin anew. Where the machine does not take it, its run ends and another one begins.
 *
 * @example
 * on: { restart: { target: 'asking', actions: assign({ count: 1, dish: undefined }) } } // it knows the name still
 */
export interface RestartHeard {
  type: 'restart'
}

/**
 * The question is to be asked again. What {@link ask} asks is asked again without the machine's help.
 *
 * @example
 * on: { repeat: { actions: say(({ context }) => `${context.count} ${context.dish}. Right?`) } }
 */
export interface RepeatHeard {
  type: 'repeat'
}

/**
 * The question is to be left out.
 *
 * @example
 * on: { skip: { target: 'paying', actions: say('Without a note, then.') } }
 */
export interface SkipHeard {
  type: 'skip'
}

/**
 * An earlier answer was wrong.
 *
 * @example
 * // `next` asks for what is missing
 * on: { correct: { target: 'next', actions: assign(({ event }) => ({ [event.slot]: undefined })) } }
 */
export interface CorrectHeard {
  type: 'correct'
  /** What it was the answer to: the name of the actor that asked, under `actors` of `setup`, or a slot of a `fill`. */
  slot: string
  /** The right one, as it was written; absent where it is to be asked for. */
  answer?: string
  /** Nothing was named, and it is taken for what was answered last: "no, make that three". */
  presumed?: true
}

/**
 * The bot failed too often at what it was to handle: an action or a guard threw, a promise was rejected, the machine came
 * to no rest, its lease ran out, its process died. It is again what it was before that, and hears this in place of the
 * apology. A machine that names this event is told; it may do so on its root or in any state. Where nobody takes it as
 * things are, and where what is done about it fails too, the apology is said.
 *
 * @example
 * on: { failed: { target: '.trouble', actions: say('That went wrong. Somebody will call you.') } }
 */
export interface FailedHeard {
  type: 'failed'
  /** Why the last try failed, as the operators read it: of what was thrown, name and message. */
  cause: string
  /** How often it was tried. */
  attempts: number
  /** What the bot could not handle, as it came; absent where it was a timer, or the journal keeps it no more. */
  message?: HeardMessage
}

/** Nobody but the server tells it, so it is none of the events that members see a bot take. */
export const failureType: FailedHeard['type'] = 'failed'

/**
 * The bot that handed the conversation over has taken it back. What the machine does about it, such as giving a payment
 * up, is done, and said; then the run ends. A machine that does not take it ends at once.
 *
 * @example
 * on: { takenBack: { actions: say('Nothing was paid.') } }
 */
export interface TakenBackHeard {
  type: 'takenBack'
}

/**
 * How a conversation came to a bot that another one has handed it to.
 *
 * @example
 * setup({ types: {} as { input: RunInput<{ amount: number }>; context: { amount: number } } }).createMachine({
 *   context: ({ input }) => ({ amount: input.handedOver?.input.amount ?? 0 }),
 * })
 */
export interface HandedOver<TInput = unknown> {
  /** The other bot. */
  from: string
  /** What it handed over with it; checked where the bot's `takesOver` has a schema. */
  input: TInput
  /** Why, as people were told. */
  reason?: string
}

type BuiltIn =
  | MessageHeard
  | ActionHeard
  | CancelHeard
  | HelpHeard
  | RestartHeard
  | RepeatHeard
  | SkipHeard
  | CorrectHeard
  | FailedHeard
  | TakenBackHeard

/**
 * The events of a bot's machine: what is built in, and the author's own, such as an {@link Intent}, which go before what
 * is built in of the same type.
 *
 * @example
 * setup({ types: {} as { events: Heard<{ type: 'correct'; slot: 'size' | 'count' }> } })
 */
export type Heard<TEvent extends EventObject = never> = Exclude<BuiltIn, { type: TEvent['type'] }> | TEvent

/** How who speaks wants to be spoken to, as far as it is said. */
export const mannerOf = ({ locale, timeZone }: { locale?: string | undefined; timeZone?: string | undefined }) => ({
  ...(locale !== undefined && { locale }),
  ...(timeZone !== undefined && { timeZone }),
})

/**
 * The `input` of a machine: the message that starts a conversation's run. It is not also sent as an event. Where another
 * bot has handed the conversation over, it is the message of type `handoff` that says so, and `handedOver` is there.
 *
 * @example
 * setup({ types: {} as { input: RunInput; context: { guest: string; first: string } } }).createMachine({
 *   context: ({ input }) => ({ guest: input.client, first: input.message.text }),
 * })
 */
export interface RunInput<THandedOver = unknown> {
  conversation: string
  /** Who wrote the message; where it was handed over, whom the other bot spoke with. */
  client: string
  message: HeardMessage
  /** BCP 47, from the message's user property `locale`; absent where the sender gave none. */
  locale?: string
  /** IANA name, from the message's user property `time-zone`; absent where the sender gave none. */
  timeZone?: string
  /** What the bot's `understand` made of the message: intents with `leastScore` at least, and entities; absent where there are none. */
  understood?: Understood
  /** How the conversation came to this bot; absent where it was not handed over. */
  handedOver?: HandedOver<THandedOver>
}
