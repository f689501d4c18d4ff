import type { DaakTopic } from '@daakia/protocol'
import type { PublishPacket, SubscriptionRequest, UserProperty } from '@daakia/protocol/mqtt'
import type { Occupation } from '../../connection-manager/port.js'
import type { LiveSession, PublishOutcome } from './port.js'

/** A subscription under `daak/`, with what came along in its SUBSCRIBE. */
export interface DaakSubscription extends SubscriptionRequest {
  identifier?: number
  userProperties: readonly UserProperty[]
  /** The name of the group, of a shared subscription. */
  group?: string
}

export interface Granted {
  /** Absent: the QoS that was asked for, at most 1. */
  reasonCode?: number
  /** For the SUBACK. */
  userProperties?: readonly UserProperty[]
  /** Called after the SUBACK was written, or when all subscriptions of a session that is back are in place. */
  begin?(): void
}

/** One row of DAAK's table of topics: what may be done with its topics. What is absent is refused. */
export interface Row<T extends DaakTopic = DaakTopic> {
  /** @throws Refusal */
  publish?(session: LiveSession, topic: T, packet: PublishPacket, messageId?: string): Promise<PublishOutcome>
  /** @throws Refusal */
  subscribe?(session: LiveSession, topic: T, subscription: DaakSubscription): Promise<Granted>
  /** Whether there was such a subscription. */
  unsubscribe?(session: LiveSession, filter: string): Promise<boolean>
  /** A persistent session is back with this subscription. */
  resume?(session: LiveSession, topic: T, subscription: DaakSubscription): Promise<Pick<Granted, 'begin'>>
  /** A connection has begun. */
  attach?(session: LiveSession): void
  /** What the connection does with topics of the row. */
  occupation?(session: LiveSession): Occupation | undefined
  /** The connection has ended. */
  detach?(session: LiveSession): void
}

/** The table: a row for each kind of topic. */
export type Rows = { readonly [K in DaakTopic['kind']]: Row<Extract<DaakTopic, { kind: K }>> }

/** The rows of topics that may be shared: `$share/{group}/…`. */
export type SharedRows = { readonly [K in 'rpc' | 'messages']: Omit<Row<Extract<DaakTopic, { kind: K }>>, 'publish'> }
