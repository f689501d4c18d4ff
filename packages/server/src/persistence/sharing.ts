import type { Reader } from '../kv/port.js'
import type { Seat } from './seat.js'

/** How a store goes about what other nodes write to it. */
export interface Sharing {
  /** Others write to it as well: nothing is remembered from one transaction to the next. */
  shared?: boolean
  /** Whether the lease of a turn with this fence is in force: looked at where others may have granted another one. */
  isInForce?(reader: Reader, seat: Seat, fence: string): boolean
}
