import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import { fromRecord } from './message-record.js'
import type { JournalMessage, NewMessage } from './port.js'
import { ids, journal } from './tables.js'
import type { Tails } from './tails.js'

/** `seq` of the oldest message that is kept; one more than `headOf` where none is. */
export const firstOf = (reader: Reader, vendor: string, conversation: string): number => {
  const [oldest] = reader.range(journal, { ...under(vendor, conversation), limit: 1 })
  if (!oldest) return 1
  return (oldest.key[2] as number) + (oldest.value ? 0 : 1)
}

/** `seq` of the newest message, be it kept or not; 0 where there was none. */
export const headOf = (reader: Reader, vendor: string, conversation: string): number =>
  reader.lastNumber(journal, [vendor, conversation])

/** Where the message of this sender with this id is, or was. */
export const findById = (
  reader: Reader,
  vendor: string,
  conversation: string,
  { from, id }: Pick<NewMessage, 'from' | 'id'>,
): { seq: number; at: number } | undefined => {
  const known = reader.get(ids, [vendor, id, conversation, from])
  if (known === undefined) return undefined
  if (typeof known !== 'number') return { seq: known[0], at: known[1] }
  const at = atOf(reader, vendor, conversation, known)
  return at === undefined ? undefined : { seq: known, at }
}

/** When a message was taken; `undefined` where it is not kept. */
export const atOf = (reader: Reader, vendor: string, conversation: string, seq: number): number | undefined =>
  reader.get(journal, [vendor, conversation, seq])?.[2]

/** Writes the message after the newest one. */
export const appendToJournal = (
  tx: Transaction,
  { vendor, conversation, tails }: { vendor: string; conversation: string; tails: Tails },
  message: NewMessage,
): JournalMessage => {
  const seq = tails.append(tx, vendor, conversation, message)
  tx.put(ids, [vendor, message.id, conversation, message.from], seq)
  return { ...message, seq }
}

/** Messages with `after < seq`, in order. */
export function* messagesAfter(
  reader: Reader,
  vendor: string,
  conversation: string,
  after: number,
): Iterable<JournalMessage> {
  for (const { number, value } of reader.after(journal, [vendor, conversation], after))
    if (value) yield fromRecord(number, value)
}

/** Those of these messages that are kept, in the order in which they are asked for. */
export function* messagesAt(
  reader: Reader,
  vendor: string,
  conversation: string,
  seqs: readonly number[],
): Iterable<JournalMessage> {
  for (const seq of seqs) {
    const record = reader.get(journal, [vendor, conversation, seq])
    if (record) yield fromRecord(seq, record)
  }
}

/** Messages with `after < seq < before`, oldest first; without `after` the newest `limit` of them. */
export const readJournal = (
  reader: Reader,
  vendor: string,
  conversation: string,
  { after, before, limit }: { after?: number; before?: number; limit: number },
): readonly JournalMessage[] => {
  const bounds = {
    from: [vendor, conversation, (after ?? 0) + 1],
    to: before === undefined ? under(vendor, conversation).to : [vendor, conversation, before],
  }
  const newestFirst = after === undefined
  const found: JournalMessage[] = []
  for (const { key, value } of reader.range(journal, { ...bounds, reverse: newestFirst })) {
    if (value) found.push(fromRecord(key[2] as number, value))
    if (found.length >= limit) break
  }
  return newestFirst ? found.reverse() : found
}
