import { createHash } from 'node:crypto'
import { isClientId } from '@daakia/protocol'
import { under } from '../kv/keys.js'
import type { Key, Reader } from '../kv/port.js'
import { openSnapshot } from '../kv/read-only.js'
import { ArchiveError } from './errors.js'
import { exportFormat, exportVersion, formatEntry, type Header, type Trailer } from './lines.js'
import type { Tell } from './progress.js'
import { type TableNote, vendorTables } from './tables.js'

export interface ExportOptions {
  /** A data folder; a server may be using it. */
  folder: string
  vendor: string
  progress?: Tell
}

/** So many entries, or so much text, are read between two turns of the event loop. */
const entriesAtOnce = 1_000
const charactersAtOnce = 2 ** 20

/**
 * All that belongs to a vendor at one moment, as lines of JSON: a header, an entry a line, and a trailer by which a file
 * that was cut is known. The same data give the same bytes. Memory is bounded, however much there is.
 *
 * @throws StorageError as `backup` does; ArchiveError with `not-found` where the folder has nothing of the vendor
 */
export async function* exportVendor({ folder, vendor, progress = () => {} }: ExportOptions): AsyncGenerator<string> {
  if (!isClientId(vendor)) throw new ArchiveError('not-found', `${JSON.stringify(vendor)} can't name a vendor`)
  const snapshot = await openSnapshot(folder)
  try {
    if (!hasVendor(snapshot, vendor)) throw new ArchiveError('not-found', `${folder} has nothing of vendor ${vendor}`)
    const hash = createHash('sha256')
    const header = { format: exportFormat, version: exportVersion, vendor } satisfies Header
    yield hashed(hash, `${JSON.stringify(header)}\n`)
    let count = 0
    for (const note of vendorTables)
      for (const lines of portionsOf(snapshot, note, vendor)) {
        yield hashed(hash, lines.map((line) => `${line}\n`).join(''))
        count += lines.length
        progress({ doing: 'exporting', done: count })
      }
    yield `${JSON.stringify({ end: count, sha256: hash.digest('hex') } satisfies Trailer)}\n`
  } finally {
    await snapshot.close()
  }
}

export const hasVendor = (reader: Reader, vendor: string): boolean =>
  vendorTables.some(({ table }) => [...reader.range(table, { ...under(vendor), limit: 1 })].length > 0)

const hashed = (hash: ReturnType<typeof createHash>, text: string): string => {
  hash.update(text)
  return text
}

function* portionsOf(reader: Reader, note: TableNote, vendor: string): Iterable<string[]> {
  let last: Key | undefined
  for (;;) {
    const lines: string[] = []
    let characters = 0
    const bounds = under(vendor)
    const from = last ? afterKey(last) : bounds.from
    for (const { key, value } of reader.range(note.table, { from, to: bounds.to, limit: entriesAtOnce })) {
      const line = formatEntry({ note, key: key.slice(1), value })
      lines.push(line)
      last = key
      characters += line.length
      if (characters > charactersAtOnce) break
    }
    if (lines.length === 0) return
    yield lines
  }
}

/** Nothing lies between a key and the one that goes on with a number: keys of one table are of one length. */
const afterKey = (key: Key): Key => [...key, 0]
