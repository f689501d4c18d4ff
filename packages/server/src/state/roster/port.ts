import type { FeedEntry } from '../../persistence/port.js'

export interface RosterEntry {
  conversation: string
  members: readonly string[]
}

/** A client's conversations. A projection of the journal: it may lag. */
export interface Roster {
  /** Records the conversations of the entries for each of their members. May be repeated. */
  project(partition: number, feedPosition: number, entries: readonly FeedEntry[]): Promise<void>
  /** Conversations of a client, by id, those after `after`, at most `limit`. */
  list(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterEntry[]>
}
