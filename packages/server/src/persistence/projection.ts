import type { Transaction } from '../kv/port.js'
import type { FeedEntry, JournalMessage, MembershipEntry } from './port.js'

/** A place of a journal, and whose it is. */
export interface Pointed extends Pick<FeedEntry, 'vendor' | 'conversation' | 'members'> {
  message: Pick<JournalMessage, 'seq'>
}

/** What the store keeps up to date: in the transactions that write the journal, or from its feed. */
export interface Projection {
  /** Answers for each entry where its members have it, in their order. */
  apply(tx: Transaction, entries: readonly Pointed[]): readonly Places[]
}

/** A place on the inbox of each of several clients; 0 where it is not known. */
export type Places = readonly number[]

/** The same for what changes only with the members. */
export interface MembershipProjection {
  applyMembers(tx: Transaction, entries: readonly MembershipEntry[]): void
}
