import type { MembershipEntry } from '../../persistence/port.js'

export interface RosterEntry {
  conversation: string
  members: readonly string[]
}

/** A client's conversations. A projection of the changes of members: it may lag. */
export interface Roster {
  /** Records who came and went. May be repeated. */
  project(partition: number, feedPosition: number, entries: readonly MembershipEntry[]): Promise<void>
  /** Ids alone, in the same way: who is in them may be many. */
  ids(vendor: string, client: string, after: string, limit: number): Promise<readonly string[]>
  /** Conversations of a client, by id, those after `after`, at most `limit`. */
  list(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterEntry[]>
}
