import { type BrokerLimits, defaultBrokerLimits } from './broker/index.js'
import { type ConnectionLimits, defaultConnectionLimits } from './connection-manager/index.js'

/** What clients may take of a server. Who goes over a limit is told so, with its reason code. */
export interface ServerLimits extends ConnectionLimits, BrokerLimits {
  /** Calls of one connection that may be under way at once; above it: PUBACK 0x97. */
  callsPerConnection: number
}

export const defaultServerLimits: ServerLimits = {
  ...defaultConnectionLimits,
  ...defaultBrokerLimits,
  callsPerConnection: 4_096,
}
