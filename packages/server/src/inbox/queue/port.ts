import type { FailedTry } from '../../persistence/port.js'

/** A group of a client's connections that share the work of its inbox. */
export interface QueueName {
  vendor: string
  client: string
  group: string
}

/** Who works on a group. */
export interface QueueOwner {
  node: string
  /** Says which of its works it is: no two are called the same. */
  token: string
}

/** A message, by its place in a journal. */
export interface QueuedPlace {
  conversation: string
  seq: number
}

/** Up to where a conversation is handled: everything that was said before, and this. */
export interface Handled {
  seq: number
  /** How often the conversation's partition had gone back when it was said; absent where never. */
  line?: number
}

/** What is known of a message that failed, and is tried again. */
export interface QueueFailure {
  tries: readonly FailedTry[]
  /** Not before then: milliseconds since the Unix epoch. */
  due: number
  /** How often the conversation's partition had gone back when it was said; absent where never. What has its number since has not failed. */
  line?: number
}

/** How far a group is on the inbox of its client. */
export interface QueueStanding {
  /** Everything up to this offset is handled, but for what is in `again`. */
  floor: number
  /** What is handled beyond: by conversation, everything up to this. */
  handled: ReadonlyMap<string, Handled>
  failures: readonly (QueuedPlace & QueueFailure)[]
  /** To be handled once more, ahead of what else waits in their conversations. */
  again: readonly QueuedPlace[]
}

/** What has changed; absent fields have not. */
export interface QueueChange {
  floor?: number
  /** By conversation: everything up to this. */
  handled?: ReadonlyMap<string, Handled>
  /** Conversations in which nothing is handled beyond the floor any more. */
  forget?: Iterable<string>
  /** Handled once more. */
  notAgain?: readonly QueuedPlace[]
  failures?: readonly (QueuedPlace & QueueFailure)[]
  /** Their failures do not count any more. */
  succeeded?: readonly QueuedPlace[]
}

/**
 * Where the groups of queues stand, durably. Every promise resolves after its writes are flushed. A group is worked on by
 * one node at a time, its owner, which alone writes to it, but for `giveAgain`.
 */
export interface Queues {
  /** Where a group stands. One that does not exist is made, and begins after `offset`; else `offset` is not heeded. */
  open(name: QueueName, offset: number): Promise<QueueStanding>
  /** Whether there is such a group. */
  exists(name: QueueName): Promise<boolean>
  /**
   * Makes the claimant the owner of a group that has none, or one with the token `over`, and answers who owns it then. Where
   * the claimant's node owns it already, that stays as it is.
   */
  claim(name: QueueName, claimant: QueueOwner, over?: string): Promise<QueueOwner>
  /**
   * Writes a change as a whole, or not at all. May be repeated. Of a group that does not exist nothing is kept. With a token it
   * is written only where that is the owner's; false where it is not.
   */
  settle(name: QueueName, change: QueueChange, token?: string): Promise<boolean>
  /** Has a message handled once more, with fresh tries. False where there is no such group. May be repeated. */
  giveAgain(name: QueueName, place: QueuedPlace): Promise<boolean>
  /** The groups of a client with their floors, in the order of their names. */
  list(vendor: string, client: string): Promise<readonly { group: string; floor: number }[]>
  /** Forgets a group. False where there was none. */
  remove(name: QueueName): Promise<boolean>
}
