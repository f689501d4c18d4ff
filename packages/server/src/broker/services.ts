import type { Clock } from '@daakia/protocol'
import type { Counters } from '../counters.js'
import type { Accounts } from '../limits/port.js'
import type { Log } from '../log.js'
import type { Peers } from '../peers/port.js'
import type { Sessions } from '../state/sessions/port.js'
import type { Access } from './access/port.js'
import type { Elsewhere } from './elsewhere/elsewhere.js'
import type { Exchange } from './exchange/port.js'
import type { BrokerLimits } from './limits.js'
import type { Retained } from './port.js'

/** What the parts of the broker work with. */
export interface Services {
  sessions: Sessions
  retained: Retained
  exchange: Exchange
  access: Access
  clock: Clock
  /** Makes the id of a message whose sender gave none. */
  makeId(): string
  limits: BrokerLimits
  accounts: Accounts
  peers: Peers
  /** Other nodes may have what is stored: what is known of it here may be old. */
  shared: boolean
  /** Sessions of other nodes. */
  elsewhere: Elsewhere
  log: Log
  counters: Counters
}
