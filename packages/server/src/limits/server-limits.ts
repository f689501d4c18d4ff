import { type BrokerLimits, defaultBrokerLimits } from '../broker/index.js'
import { type ConnectionLimits, defaultConnectionLimits } from '../connection-manager/index.js'
import { type AccountLimits, defaultScopedLimits, type HolderLimits, type ScopedLimits } from './account-limits.js'

/** What clients may take of a server. Who goes over a limit is told so, with its reason code, and counted. */
export interface ServerLimits extends ConnectionLimits, BrokerLimits, ScopedLimits {
  /** Calls of one connection that may be under way at once; above it: PUBACK 0x97. */
  callsPerConnection: number
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
}
