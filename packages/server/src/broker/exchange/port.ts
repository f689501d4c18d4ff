import type { ProtocolVersion, PublishPacket, SubscriptionRequest, UserProperty } from '@daakia/protocol/mqtt'
import type { SessionName } from '../../identity.js'
import type { Subscription } from '../../state/sessions/port.js'

/** One delivery to a connection, apart from the packet identifier, which the session gives. */
export interface Delivery {
  topic: string
  payload: Uint8Array
  qos: 0 | 1
  retain: boolean
  contentType?: string
  correlationData?: Uint8Array
  userProperties?: readonly UserProperty[]
  identifiers?: readonly number[]
  /** QoS 1: the client has acknowledged it. */
  acknowledged?(): void
}

/** A connected session, as the exchange sees it. */
export interface LiveSession {
  readonly name: SessionName
  readonly version: ProtocolVersion
  /** Outlives its connection: its cursor on the inbox is kept. */
  readonly persistent: boolean
  readonly closed: boolean
  /**
   * Sends now, or answers false where the client's receive maximum or the socket has no room; then try again when
   * `whenRoom` calls. Nothing is queued.
   */
  send(delivery: Delivery): boolean
  whenRoom(run: () => void): void
}

/** What became of a publish, in the terms of a PUBACK. */
export interface PublishOutcome {
  reasonCode: number
  /** Where it was refused: what to do about it. */
  reason?: string
  userProperties?: readonly UserProperty[]
  /** The refusal passes by itself (a full disk, a shutdown): a client of MQTT 3.1.1 is disconnected and tries again. */
  passing?: boolean
}

/**
 * Everything under `daak/`: publishes become messages of journals or calls, subscriptions read the inbox, the
 * retained state of bots, turns and answers. The broker asks it instead of its own router for these topics.
 */
export interface Exchange {
  /** Resolves when the message is committed and flushed, or refused. QoS 0, 1 and 2 alike. */
  publish(session: LiveSession, packet: PublishPacket): Promise<PublishOutcome>
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
  /** A persistent session is back, with these subscriptions under `daak/`: goes on from its cursor. */
  resume(session: LiveSession, subscriptions: readonly Subscription[]): Promise<void>
  /** The connection has ended: leases go to others, reading stops. */
  detach(session: LiveSession): void
}
