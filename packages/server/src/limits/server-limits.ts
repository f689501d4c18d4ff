import { type BrokerLimits, defaultBrokerLimits } from '../broker/index.js'
import { type ConnectionLimits, defaultConnectionLimits } from '../connection-manager/index.js'
import { type AccountLimits, defaultScopedLimits, type HolderLimits, type ScopedLimits } from './account-limits.js'

/** What clients may take of a server. Who goes over a limit is told so, with its reason code, and counted. */
export interface ServerLimits extends ConnectionLimits, BrokerLimits, ScopedLimits {
  /** Calls of one connection that may be under way at once; above it: PUBACK 0x97. */
  callsPerConnection: number
  /** As long a connection that is gone still counts for its client's presence. */
  presenceGraceMs: number
  /** As long a call of a service may take where its caller does not say; then it is answered with an error. */
  callTimeoutMs: number
  /** The longest that a caller may ask for; above it: PUBACK 0x83. */
  longestCallTimeoutMs: number
  /** Calls that an instance of a service has at once where it does not announce its capacity; others go to another, or wait. */
  callsPerInstance: number
  /** Calls that wait because no instance of the service has room; above it: PUBACK 0x97. */
  waitingCallsPerService: number
  /** Bytes of their payloads; answered in the same way. */
  waitingCallBytesPerService: number
  /** Groups in which the connections of a client share its inbox; above it: SUBACK 0x97. */
  queuesPerClient: number
}

/** What differs from the default. */
export interface ServerLimitsOptions extends Partial<Omit<ServerLimits, 'perConnection' | 'perClient' | 'perVendor'>> {
  perConnection?: Partial<AccountLimits>
  perClient?: Partial<HolderLimits>
  perVendor?: Partial<HolderLimits>
}

export const defaultServerLimits: ServerLimits = {
  ...defaultConnectionLimits,
  ...defaultBrokerLimits,
  ...defaultScopedLimits,
  callsPerConnection: 4_096,
  presenceGraceMs: 10_000,
  callTimeoutMs: 30_000,
  longestCallTimeoutMs: 600_000,
  callsPerInstance: 1_024,
  waitingCallsPerService: 1_024,
  waitingCallBytesPerService: 16 * 1024 * 1024,
  queuesPerClient: 100,
}
