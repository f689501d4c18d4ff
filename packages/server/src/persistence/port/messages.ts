import type { HandoffNote } from '@daakia/protocol'

/** A message as its sender gave it. */
export interface NewMessage {
  from: string
  /** The sender spoke for the vendor itself. */
  fromRole?: 'vendor'
  /** Unique per (conversation, sender); made by the caller where the sender gave none. */
  id: string
  /** When the server took it: milliseconds since the Unix epoch. */
  at: number
  type: string
  payload: Uint8Array
  contentType?: string
  replyTo?: string
  to?: string
  traceparent?: string
  /** The message as text, for who can't show its type. */
  plain?: string
  /** The sender's other user properties, in order. */
  properties?: readonly (readonly [string, string])[]
  /** Properties of MQTT that go to those who hear it, as the sender gave them. */
  mqtt?: MqttProperties
  /** Said by the store alone: what it tells the bots that a `handoff` is about. Nobody else is given it. */
  handoff?: HandoffNote
}

/** Of a PUBLISH (MQTT 5, 3.3.2.3). Who hears the message is told what is left of its life, not all of it. */
export interface MqttProperties {
  payloadFormatIndicator?: 0 | 1
  /** Seconds after which it is given to nobody who was not given it before; it keeps its place in the journal. */
  messageExpiryInterval?: number
  responseTopic?: string
  correlationData?: Uint8Array
}

export interface JournalMessage extends NewMessage {
  seq: number
}

/** A message with how often its conversation's partition had gone back when it was said. */
export interface MessageOnLine {
  message: JournalMessage
  line: number
  /** Nobody had noticed by then that it went back: what has led to it from an inbox of its partition may bear an older line. */
  isUnnoticed?: true
}

/** One thing that became durable, as the projections and the wake-ups see it. */
export interface FeedEntry {
  vendor: string
  conversation: string
  /** Whom it is for: the members at that moment, and who left with it. */
  members: readonly string[]
  message: JournalMessage
  /** Who may have a turn for it, where those are not the members: the conversation is handed over. */
  hearers?: readonly string[]
  /** Bots for which it waits, and nothing waited before. */
  wakes?: readonly string[]
  /** Where the members have it on their inboxes, in their order; 0 where that is not known. */
  places?: readonly number[]
  /** How often the conversation's partition had gone back; absent where never. */
  line?: number
}

/** A change of who is in a conversation that became durable; the first one is its founding. */
export interface MembershipEntry {
  vendor: string
  conversation: string
  /** Those who are in it from then on. */
  members: readonly string[]
  joined: readonly string[]
  left: readonly string[]
  /** Of the journal's entry that tells of it; 0 for the founding. */
  seq: number
  at: number
  closed: boolean
  /** Bots that may take no more turns there, besides those who left: what they had been handed ended with it. */
  unseated?: readonly string[]
}

/** A change of which bots have a conversation that became durable. */
export interface HandoffEntry {
  vendor: string
  conversation: string
  /** All bots that it concerns: what members see of them has changed. */
  bots: readonly string[]
  /** Those of them for which something waits now. */
  woken: readonly string[]
  /** Those of them whose turns, if they have one, are over. */
  unseated: readonly string[]
}
