import { setImmediate as nextTurn } from 'node:timers/promises'
import { under } from '../kv/keys.js'
import type { Key, Reader } from '../kv/port.js'
import { fromRecord } from './message-record.js'
import type { JournalMessage } from './port.js'
import { journal, references } from './tables.js'

/** So many entries are read before others get a turn of the event loop. */
const atOnce = 1_000

/** Entries that refer to one of these messages. */
export const referringTo = async (
  reader: Reader,
  vendor: string,
  conversation: string,
  seqs: readonly number[],
): Promise<JournalMessage[]> => {
  const found: JournalMessage[] = []
  let pause = atOnce
  for (const target of seqs) {
    for (let from = target; ; ) {
      const read = entriesOf(reader, [vendor, conversation, target], from)
      for (const seq of read) {
        const record = reader.get(journal, [vendor, conversation, seq])
        if (record) found.push(fromRecord(seq, record))
      }
      if (found.length >= pause) {
        pause = found.length + atOnce
        await nextTurn()
      }
      if (read.length < atOnce) break
      from = (read.at(-1) as number) + 1
    }
  }
  return found
}

const entriesOf = (reader: Reader, target: Key, from: number): number[] =>
  [...reader.range(references, { from: [...target, from], to: under(...target).to, limit: atOnce })].map(
    ({ key }) => key[3] as number,
  )
