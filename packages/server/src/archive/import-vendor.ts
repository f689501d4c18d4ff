import { type Clock, systemClock } from '@daakia/protocol'
import { under } from '../kv/keys.js'
import type { Key, KeyValue, Transaction } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import { journal, latest } from '../persistence/tables.js'
import { places, queues } from '../state/sessions/tables.js'
import { ArchiveError } from './errors.js'
import { ExportReader } from './export-reader.js'
import { hasVendor } from './export-vendor.js'
import type { LineEntry } from './lines.js'
import type { Tell } from './progress.js'
import { removeVendor } from './remove-vendor.js'
import { sizeOf } from './size-of.js'
import { imports } from './unfinished.js'

export interface ImportOptions {
  /** Such as `openLmdb` opens it; no server may use it meanwhile. */
  storage: KeyValue
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
 * Puts a vendor into a store, as `exportVendor` took it out of another one. Where the export can't be read to its
 * end, nothing of it stays. Where the process is killed, no server starts on the folder until the import was repeated, or
 * given up by `discardImports`.
 *
 * All inboxes of the store get a new epoch: a client with a position of before gets `resync`.
 *
 * @throws ArchiveError with `unreadable`, which names the line, or `exists` where the store has the vendor; StorageError where the disk refuses
 */
export const importVendor = async (options: ImportOptions): Promise<Imported> => {
  const { storage, from, progress = () => {}, clock = systemClock } = options
  const reader = new ExportReader(from)
  const vendor = await reader.vendor()
  await begin(storage, vendor, clock)
  try {
    const entries = await putAll(storage, vendor, reader, progress)
    await storage.write((tx) => finish(tx, vendor, clock))
    return { vendor, entries }
  } catch (error) {
    await removeVendor(storage, vendor)
    throw error
  }
}

/** Removes what imports that were killed have left, and answers of which vendors. */
export const discardImports = async (storage: KeyValue): Promise<readonly string[]> => {
  const vendors = [...storage.range(imports, under())].map(({ key }) => key[0] as string)
  for (const vendor of vendors) await removeVendor(storage, vendor)
  return vendors
}

const begin = async (storage: KeyValue, vendor: string, clock: Clock): Promise<void> => {
  if (storage.get(imports, [vendor]) !== undefined) await removeVendor(storage, vendor)
  else if (hasVendor(storage, vendor))
    throw new ArchiveError('exists', `The vendor ${vendor} is there already: import it into another data folder`)
  await storage.write((tx) => tx.put(imports, [vendor], clock.now()))
}

const putAll = async (storage: KeyValue, vendor: string, reader: ExportReader, progress: Tell): Promise<number> => {
  let count = 0
  let portion: LineEntry[] = []
  let bytes = 0
  const put = async () => {
    const entries = portion
    portion = []
    bytes = 0
    await storage.write((tx) => {
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
