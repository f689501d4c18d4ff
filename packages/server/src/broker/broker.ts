import type { Clock } from '@daakia/protocol'
import type { SessionHost } from '../connection-manager/link.js'
import type { Log } from '../log.js'
import type { Sessions } from '../state/sessions/port.js'
import type { Authorize } from './authorize.js'
import type { BrokerCounters } from './counters.js'
import type { Exchange } from './exchange/port.js'
import type { BrokerLimits } from './limits.js'
import type { Retained } from './port.js'

export interface BrokerOptions {
  sessions: Sessions
  retained: Retained
  exchange: Exchange
  authorize: Authorize
  clock: Clock
  limits: BrokerLimits
  log: Log
}

export interface Broker extends SessionHost {
  readonly counters: Readonly<BrokerCounters>
  /** Puts the stored sessions back: called once, before the first connection. */
  start(): Promise<void>
  /** Stops its alarms. Called after the connection manager was closed. */
  close(): Promise<void>
}

export declare const createBroker: (options: BrokerOptions) => Broker
