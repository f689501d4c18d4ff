import type { Notice } from '@daakia/protocol'
import type { ProtocolVersion, PublishPacket, SubscriptionRequest, UserProperty } from '@daakia/protocol/mqtt'
import type { Occupation } from '../../connection-manager/port.js'
import type { Principal } from '../../identity.js'
import type { IsStillKept } from '../../persistence/port.js'
import type { Subscription } from '../../state/sessions/port.js'

/** Why a client did not take what it was sent. */
export interface Refused {
  /** From 0x80 on. */
  reasonCode: number
  reason?: string
}

/** One delivery to a connection, apart from the packet identifier, which the session gives. */
export interface Delivery {
  topic: string
  payload: Uint8Array
  /** What a connection without properties (MQTT 3.1.1) gets instead of the payload, which it could not read. */
  plain?: string
  qos: 0 | 1
  retain: boolean
  contentType?: string
  payloadFormatIndicator?: 0 | 1
  /** Seconds that are left of its life. */
  messageExpiryInterval?: number
  responseTopic?: string
  correlationData?: Uint8Array
  userProperties?: readonly UserProperty[]
  identifiers?: readonly number[]
  /**
   * Where it comes from, for good. A session that is kept makes its packet identifier of that, so that it has the same
   * one when it is sent again [MQTT-4.4.0-1].
   */
  place?: number
  /** An earlier connection may have been sent it. */
  again?: boolean
  /** QoS 1: the client has acknowledged it, or refused it, or it is larger than the client takes. */
  acknowledged?(refused?: Refused): void
}

/** Which places of its inbox a session was sent at QoS 1, and which of them are not acknowledged. */
export interface SentPlaces {
  /** The lowest place that is not acknowledged. */
  readonly first: number | undefined
  /** Places come in ascending order; one that has been passed before is not kept. */
  add(place: number): void
  /** Whether it was waited for. */
  acknowledge(place: number): boolean
  /** What is up to `place` was sent, or is not for this session. */
  pass(place: number): void
  /** What is between these places is gone for good: its acknowledgement is waited for no longer. */
  skip(after: number, before: number): void
  /** What earlier connections of the session were sent. `head` is the newest place that there is now. */
  earlier(head: number): EarlierPlaces
  /** The session reads its inbox no more. */
  clear(): void
}

/** What earlier connections of a session were sent of its inbox. */
export interface EarlierPlaces {
  last: number
  /** Those up to `last` that are to be sent once more. */
  unacknowledged: ReadonlySet<number>
  /** After `last` and up to here nobody knows whether it was sent. */
  doubtful: number
}

/** Notices that wait for a session: they outlive its connection, but not the session. The oldest go first where there are too many. */
export interface NoticeBox {
  /** The oldest one that waits. */
  readonly next: Notice | undefined
  /** It was sent. */
  shift(): void
  /** Who is told that there is one more. */
  heardBy(listener: (() => void) | undefined): void
}

/** Whether there was room. What is `too large` for the client counts as sent, and is not [MQTT-3.1.2-25]. */
export type Sent = boolean | 'too large'

/** A connected session, as the exchange sees it. */
export interface LiveSession {
  readonly name: Principal
  readonly version: ProtocolVersion
  /** Outlives its connection: its cursor on the inbox is kept. */
  readonly persistent: boolean
  /** What a persistent session was sent of its inbox, by this connection and by earlier ones. */
  readonly sent: SentPlaces | undefined
  readonly closed: boolean
  /** Something that it has published was refused for now, and it can not know yet: what came after that is refused, too. */
  readonly refusedForNow?: boolean
  /** What the session could not be told otherwise. */
  readonly notices: NoticeBox
  /** Adds one to them. */
  tell(notice: Omit<Notice, 'at'>): void
  /**
   * Sends now, or answers false where the client's receive maximum or the socket has no room; then try again when
   * `whenRoom` calls. Nothing is queued.
   */
  send(delivery: Delivery): Sent
  whenRoom(run: () => void): void
  /** Sends what is kept nowhere, at QoS 0; where there is no room it is dropped, and counted as shed. */
  sendOrShed(delivery: Delivery & { qos: 0 }): void
}

/** What became of a publish, in the terms of a PUBACK. */
export interface PublishOutcome {
  reasonCode: number
  /** It may have been taken. */
  inDoubt?: true
  /** Where it was refused: what to do about it. */
  reason?: string
  userProperties?: readonly UserProperty[]
  /** The refusal passes by itself (a full disk, a shutdown): a client of MQTT 3.1.1 is disconnected and tries again. */
  passing?: boolean
  /** It was taken, and may be lost before that is told: whether it is still kept. Where it may not be, it is in doubt. */
  isStillKept?: IsStillKept | undefined
  /** A publish of QoS 0 has no answer: the connection is closed with this reason code. Absent: it goes on. */
  unanswered?: number
}

/**
 * Everything under `daak/`: publishes become messages of journals or calls, subscriptions read the inbox, the
 * retained state of bots, turns and answers. The broker asks it instead of its own router for these topics.
 */
export interface Exchange {
  /**
   * Resolves when the message is committed and flushed, or refused. QoS 0, 1 and 2 alike. `messageId` is for a message
   * whose sender gave it none: given again with the same one, it is the same message.
   */
  publish(session: LiveSession, packet: PublishPacket, messageId?: string): Promise<PublishOutcome>
  /** Answers the reason code of the SUBACK; `resend` is false for a session's own subscriptions on its return. */
  subscribe(
    session: LiveSession,
    request: SubscriptionRequest,
    properties: { identifier?: number; userProperties?: readonly UserProperty[] },
  ): Promise<{
    reasonCode: number
    reason?: string
    /** For the SUBACK: `pos` tells where on the inbox the subscription begins, so that nothing is missed before the first delivery. */
    userProperties?: readonly UserProperty[]
    /** Called after the SUBACK was written. */
    begin?(): void
  }>
  /** Whether there was such a subscription. */
  unsubscribe(session: LiveSession, filter: string): Promise<boolean>
  /** A connection begins: its CONNACK was written. `detach` follows when it has ended. */
  attach(session: LiveSession): void
  /** A persistent session is back, with these subscriptions under `daak/`: goes on from its cursor. */
  resume(session: LiveSession, subscriptions: readonly Subscription[]): Promise<void>
  /** What the connection does under `daak/`. */
  occupation?(session: LiveSession): Occupation | undefined
  /** The connection has ended: leases go to others, reading stops. */
  detach(session: LiveSession): void
}
