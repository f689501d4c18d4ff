import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import { fromRecord, toRecord } from './message-record.js'
import type { JournalMessage, NewMessage } from './port.js'
import { ids, journal } from './tables.js'

/** `seq` of the newest message; 0 where there is none. */
export const headOf = (reader: Reader, vendor: string, conversation: string): number => {
  const [newest] = reader.range(journal, { ...under(vendor, conversation), reverse: true, limit: 1 })
  return newest ? (newest.key[2] as number) : 0
}

/** The message of this sender with this id. */
export const findById = (
  reader: Reader,
  vendor: string,
  conversation: string,
  { from, id }: Pick<NewMessage, 'from' | 'id'>,
): JournalMessage | undefined => {
  const seq = reader.get(ids, [vendor, id, conversation, from])
  const record = seq === undefined ? undefined : reader.get(journal, [vendor, conversation, seq])
  return seq !== undefined && record ? fromRecord(seq, record) : undefined
}

/** Writes the message after the newest one. */
export const appendToJournal = (
  tx: Transaction,
  vendor: string,
  conversation: string,
  message: NewMessage,
): JournalMessage => {
  const seq = tx.append(journal, [vendor, conversation], toRecord(message))
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
  for (const { key, value } of reader.range(journal, {
    from: [vendor, conversation, after + 1],
    to: under(vendor, conversation).to,
  })) {
    yield fromRecord(key[2] as number, value)
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
  const found = [...reader.range(journal, { ...bounds, limit, reverse: newestFirst })].map(({ key, value }) =>
    fromRecord(key[2] as number, value),
  )
  return newestFirst ? found.reverse() : found
}
