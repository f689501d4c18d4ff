import type { Notice } from '@daakia/protocol'
import type { QoS, Will } from '@daakia/protocol/mqtt'
import type { RoutedMessage } from '../../broker/port.js'
import type { Principal, SessionName } from '../../identity.js'
import type { Excess } from '../../limits/port.js'

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

/** What the note of what a session was sent of its inbox leaves behind when its session has no connection. */
export interface SentPlacesRecord {
  last: number
  unacknowledged: readonly number[]
  doubtful?: number
}

/** The session state of MQTT (4.1) that outlives a connection. */
export interface SessionRecord {
  name: Principal
  /** Seconds the session outlives its connection; 0xffffffff: for ever. Sessions with 0 are not stored. */
  expiryInterval: number
  subscriptions: readonly Subscription[]
  /** Packet identifiers of QoS 2 messages that were taken and not yet released. */
  received: readonly number[]
  /** Messages that it missed because its queue was full, and was not told of yet. */
  shed?: number
  /** Subscriptions that ended because they are not allowed any more, and that it was not told of yet. */
  unsubscribed?: number
  /** What it could not be told yet. */
  notices?: readonly Notice[]
  /** How often its partition had gone back when it was stored, as the store notes it; absent: never. */
  setbacks?: number
  /** Packet identifiers that may have been released since, as the store finds: it went back after it had stored them. */
  doubtful?: readonly number[]
  /** When the connection ended; absent while there is one. */
  disconnectedAt?: number
  /** Of its newest connection: higher than that of every earlier one. */
  fence?: number
  /** Where several nodes share them: the one that it is connected to. */
  node?: string
  /** The node that says its will, or ends it, now that it has no connection. */
  tendedBy?: string
  /** Packet identifiers of QoS 2 messages that may have been taken, with the message ids that the server gave them. */
  messageIds?: readonly (readonly [packetId: number, id: string])[]
  /** What it was sent of its inbox; absent while it has a connection, and after a server that died then. */
  sent?: SentPlacesRecord
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

/** A message that was left out of a queue, because there was no room. */
export interface Shed {
  target: QueueTarget
  excess: Excess
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
  find(name: SessionName): Promise<SessionRecord | undefined>
  /** Stores the record of a connection that begins, whole. Answers false, and stores nothing, where a newer one has begun. */
  begin(record: SessionRecord): Promise<boolean>
  /**
   * Stores the record, whole, where what is stored is still of the same connection, and still as the caller takes it to be:
   * `isStill` may be called several times. Else it answers false, and stores nothing: the session is another's by now, or
   * is over.
   */
  save(record: SessionRecord, isStill?: (stored: SessionRecord) => boolean): Promise<boolean>
  /** Removes the session with its queue and its inbox cursor; with `isStill`, where that holds. Answers whether it did. */
  remove(name: SessionName, isStill?: (stored: SessionRecord) => boolean): Promise<boolean>
  /** How many messages its queue has. */
  waiting(name: SessionName): Promise<number>
  /**
   * Adds a message to the queue of each of these sessions in one transaction. With `received`, the publisher's packet
   * identifier is remembered in the same transaction, so that a QoS 2 message is taken exactly once. Where the store is divided
   * there is a transaction for each partition, that of the publisher last: with `received` it may be repeated all the same.
   *
   * Each session is charged for what its queue has. One that may have no more, by itself, by its client or by its
   * vendor, is left out: its record counts what it missed, the others get the message all the same, and the answer
   * says who was left out and why.
   */
  enqueue(
    targets: readonly QueueTarget[],
    message: RoutedMessage,
    received?: { session: SessionName; packetId: number },
  ): Promise<readonly Shed[]>
  /** The queue from `place` on, in order, at most `limit`. */
  queued(session: SessionName, place: number, limit: number): Promise<readonly QueuedMessage[]>
  /** Records how far messages are: `removed` has been acknowledged in full, and makes room for another one. */
  progress(
    session: SessionName,
    changes: readonly { place: number; packetId?: number; released?: boolean; removed?: boolean }[],
  ): Promise<void>
  /**
   * Moves messages of a session that has no connection to the queues of others, in one transaction: none is in two
   * queues, or in none. Where the store is divided, one may be in two for a moment, and stays so where the process dies. What is not there any more, and what would go to a session that is not stored, stays as it is. A
   * queue may get more than its limit by that.
   */
  move(session: SessionName, moves: readonly { place: number; to: QueueTarget }[]): Promise<void>
}
