/** How far a client has read in a conversation, as far as it has told. */
export interface Reading {
  conversation: string
  client: string
  read: number
}

/** What a journal says of it. */
export interface Tally {
  /** `seq` of the newest message; 0 where there was none. */
  head: number
  /** When that was taken; 0 where nothing is kept. */
  at: number
  /** How far it has read: who says something has read what was said before. */
  read: number
  /** Messages after `read` that count. */
  unread: number
}

/** Counts that are derived from journals: nothing is written for them when a message comes. */
export interface Tallies {
  /**
   * One tally for each reading, in their order. What counts as unread are messages of others; entries about other
   * messages or about members, and what programs say to each other, do not. Costs the same however long a journal is.
   */
  tally(vendor: string, readings: readonly Reading[]): Promise<readonly Tally[]>
}
