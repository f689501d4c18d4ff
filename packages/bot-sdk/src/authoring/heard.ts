import type { Envelope } from '@daakia/protocol'
import type { EventObject } from 'xstate'

/** A message as a bot hears it. */
export interface HeardMessage extends Envelope {
  /** What was written, or the `value` of a button that was pressed; else empty. Of a burst, what was written in it: a line for each. */
  text: string
  /** BCP 47, from the user property `locale`; absent where the sender gave none. */
  locale?: string
  /** IANA name, from the user property `time-zone`; absent where the sender gave none. */
  timeZone?: string
  /** Of a burst: all of its messages, in order; this one is the last of them. */
  burst?: readonly HeardMessage[]
}

/** Somebody wrote, and the recogniser made nothing more specific of it. */
export interface MessageHeard {
  type: 'message'
  /** What was written, or the `value` of a button that was pressed; else empty. */
  text: string
  message: HeardMessage
}

/** A button was pressed, or a form was sent. */
export interface ActionHeard {
  type: 'action'
  /** The button's, or the form's. */
  id: string
  /** The button's own, or the form's answers by name; not checked. */
  value?: unknown
  message: HeardMessage
}

/** `cancel` and `help` are recognised in every bot. */
export interface CancelHeard {
  type: 'cancel'
}
export interface HelpHeard {
  type: 'help'
}

/**
 * The events of a bot's machine: what is built in, and the author's own.
 *
 * @example
 * setup({ types: {} as { events: Heard<{ type: 'correct'; slot: string }> } })
 */
export type Heard<TEvent extends EventObject = never> = MessageHeard | ActionHeard | CancelHeard | HelpHeard | TEvent

/** How who speaks wants to be spoken to, as far as it is said. */
export const mannerOf = ({ locale, timeZone }: { locale?: string | undefined; timeZone?: string | undefined }) => ({
  ...(locale !== undefined && { locale }),
  ...(timeZone !== undefined && { timeZone }),
})

/**
 * The `input` of a machine: the message that starts a conversation's run. It is not also sent as an event.
 */
export interface RunInput {
  conversation: string
  /** Who wrote the message. */
  client: string
  message: HeardMessage
  /** BCP 47, from the message's user property `locale`; absent where the sender gave none. */
  locale?: string
  /** IANA name, from the message's user property `time-zone`; absent where the sender gave none. */
  timeZone?: string
}
