import type { DueTimer } from '@daakia/protocol'
import type { JournalMessage } from './messages.js'

/** A try that came to nothing. */
export interface FailedTry {
  at: number
  cause: string
}

/** A message at which the connections of a queue have failed too often. */
export interface QueueLetter {
  conversation: string
  client: string
  group: string
  seq: number
  /** How often the conversation's partition had gone back when it was said; absent where that is not known. */
  line?: number
  at: number
  /** At least one, oldest first. */
  tries: readonly FailedTry[]
}

/** What was given up for a bot: it is not given to it again by itself. */
export interface DeadLetter {
  /** Names it within its vendor: `<conversation>/<bot>/<revision>`, or of a queue `<conversation>/<client>/<seq>/<group>`. */
  id: string
  conversation: string
  /** The bot, or the client whose queue it was. */
  bot: string
  /** The group of the queue; absent where a bot failed in a turn. */
  group?: string
  /** Of the bot's state when it was set aside; 0 where it was a queue. */
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

/** What bots and queues have failed at too often, until somebody decides. */
export interface DeadLetters {
  /** Dead letters of a vendor, the newest first. Pages stay true while letters come and go. */
  deadLetters(vendor: string, query: DeadLetterQuery): Promise<Page<DeadLetter>>

  deadLetter(vendor: string, id: string): Promise<DeadLetter | undefined>

  /**
   * Takes the letter away and lets its message or timer wait for the bot again, ahead of what else waits there, with
   * fresh tries; in one transaction. Several messages of one conversation go in the order of the journal. Repeated, it
   * is `unknown`, and nothing is given twice. The letter of a queue is refused: it is for the queue to give it again, and
   * to drop the letter then.
   */
  retryDeadLetter(vendor: string, id: string): Promise<Retried>

  /** Takes the letter away. False where there was none; may be repeated. */
  dropDeadLetter(vendor: string, id: string): Promise<boolean>

  /**
   * Keeps what a queue has given up. Repeated, it is the same letter. False where the message is lost: what has its number
   * by now has not failed.
   */
  keepQueueLetter(vendor: string, letter: QueueLetter): Promise<boolean>
}
