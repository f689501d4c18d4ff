import { setImmediate as nextTurn } from 'node:timers/promises'
import { under } from '../kv/keys.js'
import type { Key, Reader, SharedKeyValue } from '../kv/port.js'
import { fromRecord } from './message-record.js'
import type { JournalMessage } from './port.js'
import { journal, references } from './tables.js'

/** So many entries are read before others get a turn of the event loop. */
const atOnce = 1_000

/** Entries that refer to one of these messages. */
export const referringTo = async (
  kv: Pick<SharedKeyValue, 'read'>,
  vendor: string,
  conversation: string,
  seqs: readonly number[],
): Promise<JournalMessage[]> => {
  const found: JournalMessage[] = []
  let pause = atOnce
  for (const target of seqs) {
    for (let from = target; ; ) {
      const read = await kv.read((reader) => entriesOf(reader, [vendor, conversation, target], from))
      for (const { message } of read) if (message) found.push(message)
      if (found.length >= pause) {
        pause = found.length + atOnce
        await nextTurn()
      }
      if (read.length < atOnce) break
      from = (read.at(-1) as Referring).seq + 1
    }
  }
  return found
}

/** An entry that refers to another one; without a message where that is not kept. */
interface Referring {
  seq: number
  message: JournalMessage | undefined
}

const entriesOf = (reader: Reader, target: Key, from: number): Referring[] => {
  const [vendor = '', conversation = ''] = target
  const found = reader.range(references, { from: [...target, from], to: under(...target).to, limit: atOnce })
  return [...found].map(({ key }) => {
    const seq = key[3] as number
    const record = reader.get(journal, [vendor, conversation, seq])
    return { seq, message: record ? fromRecord(seq, record) : undefined }
  })
}
