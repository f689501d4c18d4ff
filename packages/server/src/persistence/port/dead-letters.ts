import type { DueTimer } from '@daakia/protocol'
import type { JournalMessage } from './messages.js'

/** A try that came to nothing. */
export interface FailedTry {
  at: number
  cause: string
}

/** What was given up for a bot: it is not given to it again by itself. */
export interface DeadLetter {
  /** Names it within its vendor: `<conversation>/<bot>/<revision>`. */
  id: string
  conversation: string
  bot: string
  /** Of the bot's state when it was set aside. */
  revision: number
  at: number
  /** Why the last try failed. */
  cause: string
  /** The tries of which it is known why they failed, oldest first. */
  tries: readonly FailedTry[]
  about: DeadLetterAbout
}

export type DeadLetterAbout =
  /** `message` is absent where the journal does not keep it any more. */
  | { kind: 'message'; seq: number; message?: JournalMessage }
  | { kind: 'timer'; timer: DueTimer }
  /** A parked state that an operator has dropped. */
  | { kind: 'state'; state: unknown }

export interface DeadLetterQuery {
  bot?: string
  conversation?: string
  /** `next` of the page before. */
  after?: string
  limit: number
}

export interface Page<T> {
  items: readonly T[]
  /** Where the next page begins; absent where this is the last one. */
  next?: string
}

/** What became of a retry. */
export type Retried =
  | 'retried'
  /** There is no such letter: it was retried or dropped before, or never was. */
  | 'unknown'
  /** It can't be given again, and stays. */
  | { refused: string }

/** What bots have failed at too often, until somebody decides. */
export interface DeadLetters {
  /** Dead letters of a vendor, the newest first. Pages stay true while letters come and go. */
  deadLetters(vendor: string, query: DeadLetterQuery): Promise<Page<DeadLetter>>

  deadLetter(vendor: string, id: string): Promise<DeadLetter | undefined>

  /**
   * Takes the letter away and lets its message or timer wait for the bot again, ahead of what else waits there, with
   * fresh tries; in one transaction. Several messages of one conversation go in the order of the journal. Repeated, it
   * is `unknown`, and nothing is given twice.
   */
  retryDeadLetter(vendor: string, id: string): Promise<Retried>

  /** Takes the letter away. False where there was none; may be repeated. */
  dropDeadLetter(vendor: string, id: string): Promise<boolean>
}
