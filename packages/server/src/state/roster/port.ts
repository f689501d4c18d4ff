import type { Receipt, ReceiptUpdate } from '@daakia/protocol'
import type { MembershipEntry } from '../../persistence/port.js'

export interface RosterEntry {
  conversation: string
  members: readonly string[]
}

/** Where a client is in one of its conversations. */
export interface RosterStanding extends RosterEntry {
  /** `seq` of the newest message; 0 where there was none. */
  head: number
  delivered: number
  read: number
  /** Messages of others after `read`. */
  unread: number
  /** When something was last said there, or the client joined. */
  at: number
  mutedUntil?: MutedUntil
}

/** Milliseconds since the Unix epoch. */
export type MutedUntil = number | 'forever'

/** What became of a receipt. */
export type Receiving =
  | { kind: 'taken' /** It says more than was known. */; news: boolean }
  | { kind: 'not a member' }
  | { kind: 'beyond'; head: number }

/**
 * A client's conversations, and how far it is in each. Who is in which is a projection of the changes of members and may
 * lag; heads and unread counts are derived from journals, and nothing is written here when a message comes.
 */
export interface Roster {
  /** Records who came and went. Who comes has read what was said before. May be repeated. */
  project(partition: number, feedPosition: number, entries: readonly MembershipEntry[]): Promise<void>
  /** Ids alone, in the same way: who is in them may be many. */
  ids(vendor: string, client: string, after: string, limit: number): Promise<readonly string[]>
  /** Ids alone, in the same way: who is in them may be many. */
  ids(vendor: string, client: string, after: string, limit: number): Promise<readonly string[]>
  /** Conversations of a client, by id, those after `after`, at most `limit`. */
  list(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterEntry[]>
  /** The same, with where the client is in each. */
  standings(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterStanding[]>
  /** Where a client is in one of them; `undefined` where it is no member. */
  standing(vendor: string, client: string, conversation: string): Promise<RosterStanding | undefined>
  /** Mutes one of a client's conversations; no more without `until`. Answers whether the client is a member. */
  mute(vendor: string, client: string, conversation: string, until: MutedUntil | undefined): Promise<boolean>
}

/** How far members are. */
export interface Receipts {
  /**
   * Takes a receipt, durably. Of several the highest counts, whatever the order in which they come, and those that come
   * while one is being written are written together: `0 ≤ read ≤ delivered ≤ head` holds for what is known. One that is
   * beyond the head changes nothing. May be repeated.
   */
  receive(vendor: string, client: string, conversation: string, receipt: ReceiptUpdate): Promise<Receiving>
  /** How far members are; of all of them, or of those of `clients` who are members. */
  receipts(vendor: string, conversation: string, clients?: readonly string[]): Promise<readonly Receipt[]>
}
