import type { Leases } from '../backend/port.js'
import type { Bus } from '../broker/port.js'
import type { Connections } from '../connection-manager/port.js'
import type { SharedKeyValue } from '../kv/port.js'
import type { Peers } from '../peers/port.js'
import type { Sharing } from '../persistence/sharing.js'
import type { Presence } from '../state/presence/port.js'

/** What the components of a server stand on: one process and its disk, or many nodes and a Redis. */
export interface Foundation {
  /** Holds all that is stored. */
  kv: SharedKeyValue
  /** How the store has to treat it. */
  sharing: Sharing
  peers: Peers
  bus: Bus
  connections: Connections
  leases: Leases
  presence: Presence
  /** Resolves when the store, which was away, may be there again; absent where it never is. */
  back?(): Promise<void>
  /** Calls `listener` each time that the store, or a part of it, was away and is back. Returns the way to stop it. Absent as `back`. */
  onBack?(listener: () => void): () => void
  /** Called when nothing stands on it any more. */
  close(): Promise<void>
}
