import type { Key, Reader, Transaction } from '../kv/port.js'
import { cursors, resyncs } from './tables.js'

/** The cursor of a session, by its key. */
export const cursorAt = (reader: Reader, key: Key): { offset: number; resync?: true } | undefined => {
  const offset = reader.get(cursors, key)
  if (offset === undefined) return undefined
  return reader.get(resyncs, key) === offset ? { offset, resync: true } : { offset }
}

export const putCursor = (tx: Transaction, key: Key, offset: number, resync: boolean): void => {
  tx.put(cursors, key, offset)
  if (resync) tx.put(resyncs, key, offset)
  else if (tx.get(resyncs, key) !== undefined) tx.remove(resyncs, key)
}

export const removeCursor = (tx: Transaction, key: Key): void => {
  tx.remove(cursors, key)
  tx.remove(resyncs, key)
}
