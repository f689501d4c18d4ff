import { isReferringType, referenceOf } from '@daakia/protocol'
import type { Transaction } from '../kv/port.js'
import { atOf } from './journal.js'
import type { FeedEntry, JournalMessage } from './port.js'
import { fallbacks, latest, references } from './tables.js'

/** So far ahead `latest` is set, so that it is written seldom. */
const aheadMs = 60_000

/**
 * What makes journals readable by time and by what refers to what, written with the entries themselves. A plain message
 * at a time that moves on costs two comparisons.
 */
export class JournalIndex {
  /** No message has a later `at`; not known until something is written. */
  #latest: number | undefined
  readonly #remembers: boolean

  constructor({ remembers }: { remembers: boolean }) {
    this.#remembers = remembers
  }

  apply(tx: Transaction, entries: readonly FeedEntry[]): void {
    for (const { vendor, conversation, message } of entries) {
      this.#noteTime(tx, vendor, conversation, message)
      if (isReferringType(message.type)) noteReference(tx, vendor, conversation, message)
    }
  }

  /** Only a time that is before another one can be before that of the journal's message before it. */
  #noteTime(tx: Transaction, vendor: string, conversation: string, { seq, at }: JournalMessage): void {
    const newest = this.#remembers ? (this.#latest ?? tx.get(latest, [0]) ?? 0) : Number.POSITIVE_INFINITY
    if (at < newest) {
      const before = atOf(tx, vendor, conversation, seq - 1)
      if (before !== undefined && at < before) tx.put(fallbacks, [vendor, conversation, seq], true)
    } else if (at > newest) {
      this.#latest = at
      if (at > (tx.get(latest, [0]) ?? 0)) tx.put(latest, [0], at + aheadMs)
    }
  }
}

/** The key of what says that an entry refers to another one; `undefined` where it does not. */
export const referenceKey = (vendor: string, conversation: string, message: JournalMessage) => {
  const target = referenceOf(message)?.body.seq
  return target === undefined || target >= message.seq ? undefined : [vendor, conversation, target, message.seq]
}

const noteReference = (tx: Transaction, vendor: string, conversation: string, message: JournalMessage): void => {
  const key = referenceKey(vendor, conversation, message)
  if (key) tx.put(references, key, true)
}
