import type { PacketLimits } from './port.js'

/** What a connection, with the session that it leaves behind, may have or do. `Infinity`: as much as it wants. */
export interface AccountLimits {
  /** PUBLISH packets; above it: PUBACK and PUBREC 0x97, and for QoS 0, which has no answer, DISCONNECT 0x96. */
  publishesPerSecond: number
  /** Bytes of their topics and payloads; answered in the same way. */
  publishedBytesPerSecond: number
  /** Above it: SUBACK 0x97. */
  subscriptions: number
  /** Above it: PUBACK and PUBREC 0x97; QoS 0: DISCONNECT 0x97. */
  retainedMessages: number
  /** Bytes of retained topics and payloads; answered in the same way. */
  retainedBytes: number
  /**
   * Messages that wait for sessions. Above it the newest is left out and counted. A session that ends with its
   * connection is closed with 0x97; one that is kept is told with 0x97, once, and by the user property `shed` of its
   * next CONNACK.
   */
  queuedMessages: number
  /** Bytes of topics and payloads that wait; answered in the same way. */
  queuedBytes: number
  /**
   * QoS 1 and 2 messages on their way to it at once, whatever larger Receive Maximum it announces. Above it they wait;
   * each connection may have one.
   */
  inflight: number
}

/** What a client or a vendor may have or do, by all its connections together. */
export interface HolderLimits extends AccountLimits {
  /** Above it: CONNACK 0x97. */
  connections: number
  /** Above it: CONNACK 0x9F. */
  connectsPerSecond: number
  /** Sessions that outlive their connections; above it: CONNACK 0x97. */
  sessions: number
}

/** Limits of one vendor that differ from those of all. */
export interface VendorLimits extends Partial<PacketLimits> {
  perConnection?: Partial<AccountLimits>
  perClient?: Partial<HolderLimits>
  perVendor?: Partial<HolderLimits>
}

/** Who may have how much. */
export interface ScopedLimits {
  perConnection: AccountLimits
  perClient: HolderLimits
  perVendor: HolderLimits
  /** By vendor: what differs for it. */
  vendors: Readonly<Record<string, VendorLimits>>
}

const mebibyte = 1024 * 1024
const asMuchAsItWants = Number.POSITIVE_INFINITY

/** Who publishes faster than the server or a reader can take it is slowed down anyway, so rates are for those who want them. */
const unmetered = { publishesPerSecond: asMuchAsItWants, publishedBytesPerSecond: asMuchAsItWants }

export const defaultScopedLimits: ScopedLimits = {
  perConnection: {
    ...unmetered,
    subscriptions: 1_000,
    retainedMessages: 10_000,
    retainedBytes: 64 * mebibyte,
    queuedMessages: 100_000,
    queuedBytes: 64 * mebibyte,
    inflight: 512,
  },
  perClient: {
    ...unmetered,
    connections: 1_000,
    connectsPerSecond: 100,
    sessions: 1_000,
    subscriptions: 100_000,
    retainedMessages: 100_000,
    retainedBytes: 256 * mebibyte,
    queuedMessages: 1_000_000,
    queuedBytes: 256 * mebibyte,
    inflight: asMuchAsItWants,
  },
  perVendor: {
    ...unmetered,
    connections: asMuchAsItWants,
    connectsPerSecond: asMuchAsItWants,
    sessions: 1_000_000,
    subscriptions: 10_000_000,
    retainedMessages: 1_000_000,
    retainedBytes: 1_024 * mebibyte,
    queuedMessages: 10_000_000,
    queuedBytes: 4_096 * mebibyte,
    inflight: asMuchAsItWants,
  },
  vendors: {},
}
