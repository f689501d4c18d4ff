import type { PresenceStatus } from '../history/event.js'

/** What somebody says. */
export interface Saying {
  conversation: string
  /** No two messages have the same text: it tells which one this is. */
  text: string
  /** Heeded where the protocol of the device has ids. */
  id: string
  /** It was said before, by this device or another one of the same client. */
  again?: boolean
}

/** One of a client's devices: says, and hears its inbox, over a line that breaks. It comes back whenever it can. */
export interface Device {
  /** `{client}/{device}`. */
  readonly name: string
  readonly client: string
  /** What it says again under the same id is the same message. */
  readonly knowsIds: boolean
  /** Resolves when it is connected and subscribed for the first time. */
  readonly ready: Promise<void>
  /** All that it was asked to say is acknowledged or refused, and it is connected. */
  readonly settled: boolean
  say(saying: Saying): void
  /** Whether it was given this message. */
  hasHeard(conversation: string, text: string): boolean
  close(): Promise<void>
}

/** Devices that come, go, and are looked at or not. */
export interface VisitingDevice extends Device {
  /** What its connection counts as. */
  readonly presence: PresenceStatus
  come(): void
  /** Leaves, and stays away until it comes. */
  go(how: 'politely' | 'without a word'): void
  /** Says that somebody looks at it, or nobody. */
  is(status: 'online' | 'away'): void
}

/** Devices that can ask the server something: MQTT 5 over the checker's own client. */
export interface AskingDevice extends VisitingDevice {
  /** Reads the history of a conversation, and notes what comes of it. */
  read(conversation: string, range: { after?: number; limit: number }): void
  /** Says how far its client is: so many before what this device heard last. */
  tell(conversation: string, field: 'read' | 'delivered', back: number): void
  /** Invites a client into a conversation, or takes it out, and notes what comes of it. */
  change(conversation: string, change: 'joined' | 'left', client: string): void
  /** @throws Error where the answer is one, or the connection was lost */
  call(method: string, params: unknown): Promise<unknown>
}
