import { isReferringType } from '@daakia/protocol'
import { under } from '../kv/keys.js'
import type { Key, Reader, Transaction } from '../kv/port.js'
import { firstOf, headOf } from './journal.js'
import { referenceKey } from './journal-index.js'
import { fromRecord } from './message-record.js'
import type { JournalMessage, Trimmed, TrimTerms } from './port.js'
import { archivedUpTo } from './segments.js'
import { fallbacks, ids, journal, references, trimmedIds, waitingSince } from './tables.js'
import { keepTally } from './tails.js'
import { oldestFor } from './work.js'

/** An id is known for so long after its message, though that is trimmed. */
export const idsKnownMs = 7 * 24 * 60 * 60 * 1_000

/** Whether there is something to trim: looked at before a transaction is begun. */
export const isBeyond = (reader: Reader, vendor: string, conversation: string, terms: TrimTerms): boolean =>
  beyond(reader, vendor, conversation, { ...terms, limit: 1 }).length > 0

/** Removes the oldest messages that are beyond the terms. */
export const trimJournal = (tx: Transaction, vendor: string, conversation: string, terms: TrimTerms): Trimmed => {
  const removed = beyond(tx, vendor, conversation, terms)
  const last = removed.at(-1)
  if (!last) return { removed: 0, first: firstOf(tx, vendor, conversation), more: false }
  keepTally(tx, [vendor, conversation], removed)
  const head = headOf(tx, vendor, conversation)
  const below = { from: [vendor, conversation], to: [vendor, conversation, last.seq + 1] }
  for (const { key } of [...tx.range(journal, below)])
    if (key[2] === head) tx.put(journal, key, null)
    else tx.remove(journal, key)
  for (const message of removed) forgetMessage(tx, vendor, conversation, message, terms.now)
  for (const { key } of [...tx.range(fallbacks, below)]) tx.remove(fallbacks, key)
  return { removed: removed.length, first: last.seq + 1, more: removed.length >= terms.limit }
}

/** The oldest messages that are beyond the terms, in order, at most `limit`. */
const beyond = (reader: Reader, vendor: string, conversation: string, terms: TrimTerms): JournalMessage[] => {
  const archived = terms.archived ? archivedUpTo(reader, vendor, conversation) : 0
  return beyondFrom(reader, [vendor, conversation, firstOf(reader, vendor, conversation)], terms, archived)
}

/** Those from a place on that are beyond the terms, or come up to `archived`. */
export const beyondFrom = (
  reader: Reader,
  from: readonly [vendor: string, conversation: string, seq: number],
  { olderThan = Number.NEGATIVE_INFINITY, newest = Number.POSITIVE_INFINITY, limit }: TrimTerms,
  archived = 0,
): JournalMessage[] => {
  const [vendor, conversation] = from
  const tooMany = Math.max(headOf(reader, vendor, conversation) - newest, archived)
  const found: JournalMessage[] = []
  for (const { key, value } of reader.range(journal, { from, to: under(vendor, conversation).to, limit })) {
    const seq = key[2] as number
    if (!value || (seq > tooMany && value[2] >= olderThan)) break
    found.push(fromRecord(seq, value))
  }
  const waiting = found.length > 0 ? firstWaiting(reader, vendor, conversation) : 0
  return found.filter(({ seq }) => seq < waiting)
}

/** `seq` of the oldest message that waits for a bot; infinite where none does. */
const firstWaiting = (reader: Reader, vendor: string, conversation: string): number => {
  const bots = [...reader.range(waitingSince, under(vendor, conversation))].map(({ key }) => key[2] as string)
  const first = bots.map((bot) => oldestFor(reader, { vendor, conversation, bot }))
  return Math.min(...first.map((seq) => seq ?? Number.POSITIVE_INFINITY))
}

const forgetMessage = (
  tx: Transaction,
  vendor: string,
  conversation: string,
  message: JournalMessage,
  now: number,
): void => {
  const { seq, from, id, at, type } = message
  const key = [vendor, id, conversation, from]
  const due = at + idsKnownMs
  if (due <= now) tx.remove(ids, key)
  else {
    tx.put(ids, key, [seq, at])
    tx.put(trimmedIds, [vendor, due, conversation, seq], [id, from])
  }
  const reference = isReferringType(type) ? referenceKey(vendor, conversation, message) : undefined
  if (reference) tx.remove(references, reference)
}

/** Whether there are ids to forget: looked at before a transaction is begun. */
export const mayForgetIds = (reader: Reader, now: number): boolean => dueIds(reader, now, 1).length > 0

/** Forgets ids of trimmed messages that are known long enough. */
export const forgetIds = (tx: Transaction, now: number, limit: number): number => {
  const due = dueIds(tx, now, limit)
  for (const { key, value } of due) {
    const [vendor, , conversation] = key as [string, number, string]
    const [id, from] = value
    tx.remove(ids, [vendor, id, conversation, from])
    tx.remove(trimmedIds, key)
  }
  return due.length
}

const dueIds = (reader: Reader, now: number, limit: number) => {
  const due: { key: Key; value: readonly [id: string, from: string] }[] = []
  let vendor = nextVendor(reader, [])
  while (vendor !== undefined && due.length < limit) {
    due.push(...reader.range(trimmedIds, { from: [vendor], to: under(vendor, now).to, limit: limit - due.length }))
    vendor = nextVendor(reader, under(vendor).to)
  }
  return due
}

/** The first vendor from a key on that has ids to forget. */
const nextVendor = (reader: Reader, from: Key): string | undefined => {
  const [next] = reader.range(trimmedIds, { from, to: under().to, limit: 1 })
  return next?.key[0] as string | undefined
}
