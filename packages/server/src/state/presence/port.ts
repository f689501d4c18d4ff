import type { Presence as ClientPresence } from '@daakia/protocol'
import type { SessionName } from '../../identity.js'

/** What one connection of a client counts as. */
export interface Attendance {
  status: 'online' | 'away'
  /** It takes the turns of a bot. Of a client that has ever done so, only such connections count. */
  serves: boolean
}

/** A client whose presence is told. */
export interface PresenceNews {
  vendor: string
  client: string
}

/**
 * Whether clients are there: each over all its connections, online before away before offline. A connection that is gone
 * counts for some time more (the grace), unless it comes back: so a short drop is not seen. What counts for more is
 * seen at once, and so is what a connection says of itself.
 *
 * Nothing here waits for the disk, or makes anybody wait: what is known outlives the process a little later. After a
 * crash, clients that were there count as they did until the grace is over; then they are offline since the time up to
 * which the server is known to have lived.
 */
export interface Presence {
  /** A connection is there. At most one has a name at a time. */
  enter(connection: SessionName, as: Attendance): void
  /** A connection that is there counts as something else from now on. */
  change(connection: SessionName, from: Attendance, to: Attendance): void
  /** A connection that counted as this is gone. */
  leave(connection: SessionName, as: Attendance): void
  /** One for each of the clients, in their order. One that was never seen is offline, since nobody knows when. */
  read(vendor: string, clients: readonly string[]): Promise<readonly ClientPresence[]>
  /** The clients of a vendor that are online or away, in no order; who comes or goes meanwhile may be missed. */
  present(vendor: string): AsyncIterable<string>
  /**
   * Calls `listener` after the presence of a client has changed, at the latest when a read that began afterwards resolves.
   * Where there are several nodes, on one of them. Returns the way to stop it.
   */
  onChange(listener: (news: PresenceNews) => void): () => void
  /** Resolves when all that is known is on disk. */
  close(): Promise<void>
}
