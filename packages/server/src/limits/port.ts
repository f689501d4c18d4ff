import type { SessionName } from '../identity.js'

/** What somebody has of something, or has on its way, at one time. Taken and given back. */
export type Quantity =
  | 'connections'
  | 'sessions'
  | 'subscriptions'
  | 'retainedMessages'
  | 'retainedBytes'
  | 'queuedMessages'
  | 'queuedBytes'
  | 'inflight'

/** How often somebody does something. Each second gives as much as the limit; a burst may use that of two seconds. */
export type Rate = 'connects' | 'publishes' | 'publishedBytes'

/**
 * Who is charged. A connection counts for its client, and that for its vendor. A connection is a session's name here:
 * what it leaves behind when it goes, such as a queue, is still its own.
 */
export type Scope = 'connection' | 'client' | 'vendor'

/** A limit that was reached. */
export interface Excess {
  scope: Scope
  limit: Quantity | Rate
  maximum: number
  /** For a reason string, such as "This client may have 10 connections." */
  reason: string
}

/** Whose account is meant: that of a connection, or, where it is left out, of a client. */
export type Holder = Omit<SessionName, 'connection'> & Partial<Pick<SessionName, 'connection'>>

/** What one packet may be: limits of the server that may differ for a vendor. */
export interface PacketLimits {
  packetSizeBytes: number
  topicLevels: number
  topicBytes: number
  userProperties: number
}

/** What has gone in and out, for one vendor. Plain numbers, incremented in place. */
export interface Traffic {
  packetsReceived: number
  packetsSent: number
  bytesReceived: number
  bytesSent: number
  /** PUBLISH packets. */
  publishesReceived: number
  publishesSent: number
  /** Messages that did not reach somebody they were for. */
  publishesDropped: number
}

/**
 * What somebody takes is counted for it and for those that it belongs to at once: what one of them may not have, none
 * of them is charged for. Who answers an excess counts it in the metrics.
 */
export interface Account {
  /** Of its vendor. */
  readonly traffic: Traffic
  /** What its vendor's packets may be, where that differs from those of all. */
  readonly packetLimits: Partial<PacketLimits>
  /** The most that this account itself may have; `Infinity` where there is no limit. */
  maximum(quantity: Quantity): number
  /** How much there is now. */
  amount(quantity: Quantity): number
  /** How much more there may be. Below 0 where a lower limit has come. */
  room(quantity: Quantity): number
  /** Calls `run` once when there is room for more messages on their way. Asked where there is none. */
  waitForRoom(run: () => void): Wait
  take(quantity: Quantity, amount: number): Excess | undefined
  /** Takes what is there already, whatever the limit: after a restart with lower ones. */
  charge(quantity: Quantity, amount: number): void
  give(quantity: Quantity, amount: number): void
  /** Rates are not given back. */
  spend(rate: Rate, amount: number): Excess | undefined
}

/** Somebody waits until there is room again. */
export interface Wait {
  /** Whose room there was none in. */
  scope: Scope
  cancel(): void
}

/** An account that is kept at hand. */
export interface OpenAccount extends Account {
  /** Called once. What was taken stays taken until it is given back. */
  close(): void
}

/** What a vendor has now. */
export type Usage = Readonly<Record<Quantity, number>>

/** The accounts of all vendors, their clients and their connections. */
export interface Accounts {
  /** Some account limits how often clients publish: asked before each publish. */
  readonly metered: boolean
  open(holder: Holder): OpenAccount
  /** For one use only: it is not the one of this name for ever. */
  at(holder: Holder): Account
  /** The limits have changed: they hold from now on, and nobody loses what it has. */
  refresh(): void
  /** Those that have or had something since the server was started. */
  vendors(): Iterable<string>
  /** What packets of this vendor may be, where that differs from those of all. */
  packetLimits(vendor: string): Partial<PacketLimits>
  usage(vendor: string): Usage
  traffic(vendor: string): Traffic
}
