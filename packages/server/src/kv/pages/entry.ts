import { unseal } from '../checksum.js'
import { readStoredKey } from '../lmdb-keys.js'
import type { Key } from '../port.js'
import type { StoredEntry } from './walk.js'

export interface Entry {
  table: string
  key: Key
  /** Packed. */
  bytes: Uint8Array
}

/** An entry of a table; `undefined` where key or value are not as they were written. */
export const readEntry = ({ key: stored, value }: Pick<StoredEntry, 'key' | 'value'>): Entry | undefined => {
  const named = readStoredKey(stored)
  const bytes = named && unseal([named.table, ...named.key], value)
  return bytes && { ...named, bytes }
}
