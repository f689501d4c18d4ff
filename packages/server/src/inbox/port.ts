import type { Position } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import type { FeedEntry } from '../persistence/port.js'

/** A pointer into a journal. */
export interface InboxEntry {
  offset: number
  conversation: string
  /** 0 where what it led to is lost. */
  seq: number
  /** How often the conversation's partition had gone back when it was said; absent where never. */
  line?: number
  /** What was said before it, and may have been heard, is lost. */
  begins?: true
}

/** Where a client's log ends, and up to where something of it was removed. */
export interface InboxHead extends Position {
  /** The highest offset whose entry was removed, 0 where none was: who goes on from before it misses something. */
  trimmed: number
}

/** How far a session is on the inbox of its client. */
export interface SessionPlace extends Position {
  /** Something that came before what it hears next is missing, or was heard and is lost: it is to be told. */
  resync?: true
}

/**
 * One ordered, durable log for each client: pointers to all that was said in all its conversations. Every session
 * of the client reads it with a cursor of its own, so a slow or absent reader costs a cursor and no memory.
 */
export interface Inbox {
  /**
   * Appends a pointer to the log of every member, in feed order. What is at or before the partition's watermark has
   * been projected already and is skipped, so a repeated call changes nothing.
   */
  project(partition: number, feedPosition: number, entries: readonly FeedEntry[]): Promise<void>
  /** The newest position: reading after it gives what comes next. Offset 0 where nothing was ever appended. */
  head(vendor: string, client: string): Promise<InboxHead>
  /** Entries after `offset`, in order, at most `limit`. */
  read(vendor: string, client: string, offset: number, limit: number): Promise<readonly InboxEntry[]>
  /** Where a session's cursor stands; `undefined` where it has none. */
  cursor(session: SessionName): Promise<SessionPlace | undefined>
  /**
   * Moves a session's cursor to `offset`, durably; `resync`: the session is still to be told so. It never moves back. Without an
   * offset the cursor is dropped.
   */
  acknowledge(session: SessionName, offset: number | undefined, still?: { resync: boolean }): Promise<void>
  /**
   * Sets a session's cursor to the beginning, wherever it stands, durably, with `resync`. There is no moment at which it has none.
   */
  rewind(session: SessionName): Promise<void>
  /**
   * Removes these entries, but for the newest of the log, which keeps the place of the next one: offsets are never given
   * again. Cursors stay where they are. May be repeated.
   */
  trim(vendor: string, client: string, offsets: readonly number[]): Promise<void>
}
