import type { Reader, Transaction } from '../kv/port.js'
import type { FeedEntry, JournalMessage, MembershipEntry } from './port.js'

/** A place of a journal, and whose it is. */
export interface Pointed extends Pick<FeedEntry, 'vendor' | 'conversation' | 'members'> {
  message: Pick<JournalMessage, 'seq'>
  /** How often the conversation's partition had gone back when it was said, where others have what is lost. */
  line?: number
  /** What was said before it, and may have been heard, is lost: whoever comes to it is told so. */
  begins?: boolean
}

/** What of a conversation is lost that an inbox may have. */
export interface LostOnInbox {
  vendor: string
  client: string
  conversation: string
  /** What is after it is lost, */
  after: number
  /** on this line, or before it. What is on a later one has come in its place. */
  line: number
}

/** Pointers that lead to it. */
export interface LostPointers extends LostOnInbox {
  offsets: readonly number[]
}

/** Where they are looked for. */
export interface LostQuery extends LostOnInbox {
  /** Only below this offset. */
  before?: number
}

/** What the store keeps up to date: in the transactions that write the journal, or from its feed. */
export interface Projection {
  /** Answers for each entry where its members have it, in their order. */
  apply(tx: Transaction, entries: readonly Pointed[]): readonly Places[]
  /** Some of the pointers to what is lost, from the newest on, and below which offset to go on; `undefined`: that was all. */
  findLost(reader: Reader, query: LostQuery): { offsets: readonly number[]; before: number | undefined }
  /**
   * Takes them away, where they are there still; what keeps the place of the next one leads nowhere. May be repeated.
   */
  takeBack(tx: Transaction, lost: readonly LostPointers[]): void
}

/** A place on the inbox of each of several clients; 0 where it is not known. */
export type Places = readonly number[]

/** The same for what changes only with the members. */
export interface MembershipProjection {
  applyMembers(tx: Transaction, entries: readonly MembershipEntry[]): void
  /** Makes it what it is to be, where changes that were applied are lost. */
  restoreMembers(tx: Transaction, standing: RestoredMembers): void
}

/** Who is in a conversation of which something is lost. */
export interface RestoredMembers {
  vendor: string
  conversation: string
  /** What is after it is lost; -1: all of it. */
  after: number
  /** Of the change that made it so, with all who are in it then; absent where there is no such conversation. */
  room: readonly [seq: number, ...members: string[]] | undefined
  /** Clients of the partition who are in it, with the `seq` with which they joined, and when. */
  joined: readonly { client: string; seq: number; at: number }[]
  /** Clients of the partition who are not, and were. */
  left: readonly string[]
}
