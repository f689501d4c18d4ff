import type { Transaction } from '../kv/port.js'
import type { FeedEntry, MembershipEntry } from './port.js'

/** What the embedded store keeps up to date in the transactions that write the journal. */
export interface Projection {
  apply(tx: Transaction, entries: readonly FeedEntry[]): void
}

/** The same for what changes only with the members. */
export interface MembershipProjection {
  applyMembers(tx: Transaction, entries: readonly MembershipEntry[]): void
}
