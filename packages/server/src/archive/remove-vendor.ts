import { under } from '../kv/keys.js'
import type { KeyValue, Transaction } from '../kv/port.js'
import { type TableNote, tableNotes } from './tables.js'
import { imports } from './unfinished.js'

const entriesAtOnce = 1_000

/** Removes all that a folder has of a vendor whose import has begun, and then that it has. */
export const removeVendor = async (kv: KeyValue, vendor: string): Promise<void> => {
  const own = tableNotes.filter(({ keep, key }) => keep !== 'server' && key[0] === 'vendor')
  for (const note of own) while (await kv.write((tx) => removeSome(tx, note, vendor)));
  await kv.write((tx) => tx.remove(imports, [vendor]))
}

/** Whether there may be more. */
const removeSome = (tx: Transaction, { table, indexes = [] }: TableNote, vendor: string): boolean => {
  const some = [...tx.range(table, { ...under(vendor), limit: entriesAtOnce })]
  for (const { key, value } of some) {
    for (const index of indexes) {
      const entry = index.entryOf(key, value, tx)
      if (entry) tx.remove(index.table, entry.key)
    }
    tx.remove(table, key)
  }
  return some.length === entriesAtOnce
}
