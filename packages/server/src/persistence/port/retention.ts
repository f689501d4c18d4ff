import type { ConversationRetention } from '@daakia/protocol'

/** A conversation, as whoever trims journals needs it. */
export interface KeptConversation {
  vendor: string
  id: string
  /** What was set for it. */
  retention?: ConversationRetention
}

export interface TrimTerms {
  /** Messages with `at` before this are beyond; absent: none is too old. */
  olderThan?: number
  /** So many of the newest are kept; absent: all. */
  newest?: number
  /** Messages that are in the archive are beyond. */
  archived?: true
  now: number
  /** So many are removed at most. */
  limit: number
}

export interface Trimmed {
  /** How many messages were removed. */
  removed: number
  /** `seq` of the oldest that is left; those before it were removed. */
  first: number
  /** There may be more that is beyond. */
  more: boolean
}

/** What journals keep, and for how long. */
export interface Retention {
  /**
   * Sets what a conversation keeps at most; without terms, what was set is taken away.
   *
   * @throws UnknownConversation
   */
  retain(vendor: string, conversation: string, terms: ConversationRetention | undefined): Promise<void>

  /**
   * Conversations in the order of vendor and id, those after `after`, at most `limit`; with `configured` only those for
   * which something was set.
   */
  kept(query: {
    after?: { vendor: string; id: string }
    configured: boolean
    limit: number
  }): Promise<readonly KeptConversation[]>

  /**
   * Removes the oldest messages of a journal, as far as they are beyond the terms, from its low end and without a hole.
   * What waits for a bot is kept, and all that came after it. Numbers are never given again, and an id stays known for 7
   * days after its message at least. May be repeated.
   */
  trim(vendor: string, conversation: string, terms: TrimTerms): Promise<Trimmed>

  /** Forgets ids of trimmed messages whose time is over, at most `limit`. Answers how many. */
  forgetIds(now: number, limit: number): Promise<number>
}
