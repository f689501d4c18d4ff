import { type Clock, systemClock } from '@daakia/protocol'
import { under } from '../kv/keys.js'
import { openLmdb } from '../kv/lmdb.js'
import type { Key, KeyValue, Transaction } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import { journal, latest } from '../persistence/tables.js'
import { places, queues } from '../state/sessions/tables.js'
import { ArchiveError } from './errors.js'
import { hasVendor } from './export.js'
import type { LineEntry } from './lines.js'
import type { Tell } from './progress.js'
import { ExportReader } from './read-export.js'
import { removeVendor } from './remove-vendor.js'
import { imports } from './unfinished.js'

export interface ImportOptions {
  /** A data folder that no server uses; made where it does not exist. */
  folder: string
  /** An export, such as `createReadStream` reads it. */
  from: AsyncIterable<Uint8Array>
  progress?: Tell
  clock?: Clock
}

export interface Imported {
  vendor: string
  entries: number
}

/** So many entries, or so many bytes of values, share a transaction. */
const entriesAtOnce = 1_000
const bytesAtOnce = 2 ** 21

/**
 * Puts a vendor into a data folder, as `exportVendor` took it out of another one. Where the export can't be read to its
 * end, nothing of it stays. Where the process is killed, no server starts on the folder until the import was repeated, or
 * given up by `discardImports`.
 *
 * All inboxes of the folder get a new epoch: a client with a position of before gets `resync`.
 *
 * @throws ArchiveError with `unreadable`, which names the line, or `exists` where the folder has the vendor; StorageError as `openLmdb` does
 */
export const importVendor = async (options: ImportOptions): Promise<Imported> => {
  const { folder, from, progress = () => {}, clock = systemClock } = options
  const reader = new ExportReader(from)
  const vendor = await reader.vendor()
  const kv = await openLmdb({ folder, clock })
  try {
    await begin(kv, folder, vendor, clock)
    const entries = await putAll(kv, vendor, reader, progress)
    await kv.write((tx) => finish(tx, vendor, clock))
    return { vendor, entries }
  } catch (error) {
    if (kv.get(imports, [vendor]) !== undefined) await removeVendor(kv, vendor)
    throw error
  } finally {
    await kv.close()
  }
}

/** Removes what imports that were killed have left in a data folder, and answers of which vendors. */
export const discardImports = async (folder: string): Promise<readonly string[]> => {
  const kv = await openLmdb({ folder })
  try {
    const vendors = [...kv.range(imports, under())].map(({ key }) => key[0] as string)
    for (const vendor of vendors) await removeVendor(kv, vendor)
    return vendors
  } finally {
    await kv.close()
  }
}

const begin = async (kv: KeyValue, folder: string, vendor: string, clock: Clock): Promise<void> => {
  if (kv.get(imports, [vendor]) !== undefined) await removeVendor(kv, vendor)
  else if (hasVendor(kv, vendor))
    throw new ArchiveError('exists', `${folder} has vendor ${vendor} already: import it into another folder`)
  await kv.write((tx) => tx.put(imports, [vendor], clock.now()))
}

const putAll = async (kv: KeyValue, vendor: string, reader: ExportReader, progress: Tell): Promise<number> => {
  let count = 0
  let portion: LineEntry[] = []
  let bytes = 0
  const put = async () => {
    const entries = portion
    portion = []
    bytes = 0
    await kv.write((tx) => {
      for (const entry of entries) putEntry(tx, vendor, entry)
    })
    count += entries.length
    progress({ doing: 'importing', done: count })
  }
  for await (const entry of reader.entries()) {
    portion.push(entry)
    bytes += sizeOf(entry.value)
    if (portion.length >= entriesAtOnce || bytes >= bytesAtOnce) await put()
  }
  await put()
  return count
}

/** About; a message's payload is what may be large. */
const sizeOf = (value: unknown): number => {
  if (value instanceof Uint8Array) return value.length
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((sum, each) => sum + sizeOf(each), 8)
}

const putEntry = (tx: Transaction, vendor: string, { note, key: own, value }: LineEntry): void => {
  const key: Key = [vendor, ...own]
  tx.put(note.table, key, value)
  for (const { table, entryOf } of note.indexes ?? []) {
    const entry = entryOf(key, value, tx)
    if (entry) tx.put(table, entry.key, entry.value)
  }
  if (note.table === queues) raise(tx, places, own[2] as number)
  // Of a trimmed message only its number is left.
  if (note.table === journal && value) raise(tx, latest, (value as readonly [string, string, number])[2] + 1)
}

const raise = (tx: Transaction, table: typeof places, to: number): void => {
  if (to > (tx.get(table, [0]) ?? 0)) tx.put(table, [0], to)
}

const finish = (tx: Transaction, vendor: string, clock: Clock): void => {
  tx.put(restores, [0], Math.max(clock.now(), (tx.get(restores, [0]) ?? 0) + 1))
  tx.remove(imports, [vendor])
}
