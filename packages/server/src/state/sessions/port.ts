import type { QoS, Will } from '@daakia/protocol/mqtt'
import type { RoutedMessage } from '../../broker/port.js'
import type { Principal, SessionName } from '../../identity.js'

export interface Subscription {
  /** As the client gave it, `$share/…` included. */
  filter: string
  qos: QoS
  noLocal: boolean
  retainAsPublished: boolean
  identifier?: number
  /** Of a shared subscription: messages with the same text at this level of their topics, counted from 1, stay together. */
  sticky?: number
}

/** The session state of MQTT (4.1) that outlives a connection. */
export interface SessionRecord {
  name: Principal
  /** Seconds the session outlives its connection; 0xffffffff: for ever. Sessions with 0 are not stored. */
  expiryInterval: number
  subscriptions: readonly Subscription[]
  /** Packet identifiers of QoS 2 messages that were taken and not yet released. */
  received: readonly number[]
  /** When the connection ended; absent while there is one. */
  disconnectedAt?: number
  /** A will that waits for its delay. */
  will?: { will: Will; due: number }
}

/** How a message is to reach a session. */
export interface QueueTerms {
  /** At most what the subscription grants. */
  qos: 1 | 2
  retain: boolean
  identifiers: readonly number[]
  /** The filter of the shared subscription by which it came there. */
  share?: string
}

/** A queue to which a message is added. */
export interface QueueTarget extends QueueTerms {
  session: SessionName
}

/** A message that waits for a session, or is on its way to it. */
export interface QueuedMessage extends QueueTerms {
  /** Place in the session's queue, ascending. */
  place: number
  message: RoutedMessage
  /** Present once it was sent: its packet identifier, and how far a QoS 2 exchange is. */
  packetId?: number
  released?: boolean
}

/** MQTT sessions that outlive their connections. Every promise resolves when its writes are flushed. */
export interface Sessions {
  /** All sessions, for rebuilding the router at start. */
  all(): Promise<readonly SessionRecord[]>
  /** Stores the record, whole. */
  save(record: SessionRecord): Promise<void>
  /** Removes the session with its queue and its inbox cursor. */
  remove(name: SessionName): Promise<void>
  /**
   * Adds a message to the queue of each of these sessions in one transaction. With `received`, the publisher's packet
   * identifier is remembered in the same transaction, so that a QoS 2 message is taken exactly once.
   */
  enqueue(
    targets: readonly QueueTarget[],
    message: RoutedMessage,
    received?: { session: SessionName; packetId: number },
  ): Promise<void>
  /** The queue from `place` on, in order, at most `limit`. */
  queued(session: SessionName, place: number, limit: number): Promise<readonly QueuedMessage[]>
  /** Records how far messages are: `removed` has been acknowledged in full. */
  progress(
    session: SessionName,
    changes: readonly { place: number; packetId?: number; released?: boolean; removed?: boolean }[],
  ): Promise<void>
  /**
   * Moves messages of a session that has no connection to the queues of others, in one transaction: none is in two
   * queues, or in none. What is not there any more, and what would go to a session that is not stored, stays as it is.
   */
  move(session: SessionName, moves: readonly { place: number; to: QueueTarget }[]): Promise<void>
}
