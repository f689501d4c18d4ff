/**
 * The user properties that DAAK gives a meaning. The payload stays opaque to the server; what it has to know
 * travels here.
 */

/** Set by the sender of a message. */
export const senderProperties = ['id', 'type', 'reply-to', 'to', 'traceparent', 'plain', 'after'] as const

/** Set by the server on what it delivers. A sender that sets one of them is refused with 0x99. */
export const serverProperties = ['seq', 'from', 'from-role', 'at', 'pos', 'resync', 'attempt'] as const

/** Set by a subscriber. */
export const subscriptionProperties = {
  /** `<epoch>:<offset>`: where on the inbox to begin; without it, at the head. */
  since: 'since',
  /** The number of a topic level, from 1: messages of a shared subscription with the same text there stay together. */
  sticky: 'sticky',
  /** On `daak/turns/+` and in a queue how many conversations, and where a service takes calls how many calls, this connection takes at once. */
  capacity: 'capacity',
  /** On `daak/turns/+`: `told` where the bot is to be told what it failed at too often. */
  failures: 'failures',
  /** Where a service takes calls: what it is for, and its methods as JSON (`ServiceMethods`); several of the latter are put together. */
  description: 'description',
  methods: 'methods',
  /** The version of a service, or of a bot's machine; and on `daak/turns/+`, what the bot says to a user whose message it had to give up. */
  version: 'version',
  /**
   * On `daak/turns/+`: the bot gets a turn when nobody has spoken for so many milliseconds, or `debounce-longest` after
   * the first message that waits, five times that by default.
   */
  debounce: 'debounce',
  debounceLongest: 'debounce-longest',
  apology: 'apology',
  /** On `daak/turns/+`: bots that may hand a conversation to this one, with commas between them, or `*` for all; none without it. */
  takesOverFrom: 'takes-over-from',
} as const

/** Set by a caller. */
export const callProperties = {
  /** Milliseconds after which the caller waits no more; a service is told what is left of them. */
  timeout: 'timeout',
} as const

/** A place on a client's inbox. */
export interface Position {
  epoch: number
  offset: number
}

/** Writes a position as `<epoch>:<offset>`. */
export const formatPosition = ({ epoch, offset }: Position): string => `${epoch}:${offset}`

/** Reads `<epoch>:<offset>`; `undefined` where it is not one. */
export const parsePosition = (text: string): Position | undefined => {
  const match = /^(\d{1,15}):(\d{1,15})$/.exec(text)
  return match ? { epoch: Number(match[1]), offset: Number(match[2]) } : undefined
}
