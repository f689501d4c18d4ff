import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { inboxes } from '../inbox/tables.js'
import { StorageError } from '../kv/errors.js'
import { hasData } from '../kv/folder/format.js'
import { under } from '../kv/keys.js'
import type { Entry } from '../kv/pages/entry.js'
import type { Key, Reader, Table } from '../kv/port.js'
import { openSnapshot, type Snapshot } from '../kv/read-only.js'
import { unpackValue } from '../kv/values.js'
import { journal, type StandingRecord, standings } from '../persistence/tables.js'
import { walkFile } from './check-file.js'
import type { Tell } from './progress.js'
import { noteOf, problemOfKey, type TableNote, tableNotes } from './tables.js'

export interface VerifyOptions {
  /** A data folder; a server may be using it. */
  folder: string
  progress?: Tell
}

/** What is whole of a data folder, and what is not. */
export interface Verification {
  folder: string
  /** Entries that are whole, by table. */
  entries: Readonly<Record<string, number>>
  /** A sentence each; the first hundred. */
  problems: readonly string[]
  /** All of them. */
  problemCount: number
  /** Whether what tables say of each other was compared: only where every page is whole. */
  compared: boolean
}

const mostTold = 100

class Findings {
  readonly entries: Record<string, number> = {}
  readonly problems: string[] = []
  count = 0

  readonly problem = (problem: string): void => {
    if (this.count++ < mostTold) this.problems.push(problem)
  }

  counted(table: string): void {
    this.entries[table] = (this.entries[table] ?? 0) + 1
  }
}

/**
 * Reads all of a data folder: every page, without LMDB, and every entry; and, where they are whole, whether journals
 * have no gaps, inboxes point to messages, and every index agrees with what it is made of. Nothing is changed.
 *
 * @throws StorageError with `no-data`, `newer-version` or `older-version`
 */
export const verify = async ({ folder, progress = () => {} }: VerifyOptions): Promise<Verification> => {
  if (!(await hasData(folder)))
    throw new StorageError('no-data', `${folder} has no data of Daakia: name another folder`)
  const found = new Findings()
  const snapshot = await pinned(folder, found)
  try {
    if (snapshot) await readAll(folder, found, progress)
    const compared = snapshot !== undefined && found.count === 0
    if (compared) await compare(snapshot, found)
    return { folder, entries: found.entries, problems: found.problems, problemCount: found.count, compared }
  } finally {
    await snapshot?.close()
  }
}

/** While it is open, a server that runs leaves alone what was there. */
const pinned = async (folder: string, found: Findings): Promise<Snapshot | undefined> => {
  try {
    return await openSnapshot(folder)
  } catch (error) {
    if (!(error instanceof StorageError) || error.reason !== 'damaged') throw error
    found.problem(error.message)
    return undefined
  }
}

const readAll = (folder: string, found: Findings, progress: Tell): Promise<void> => {
  let last: Entry | undefined
  return walkFile(folder, {
    problem: (problem) => found.problem(`The data file is damaged: ${problem}`),
    progress: (done, of) => progress({ doing: 'checking', done, of }),
    entry(entry) {
      const problem = problemOf(entry, last)
      if (problem) found.problem(`The entry ${JSON.stringify(entry.key)} of ${entry.table} ${problem}`)
      else found.counted(entry.table)
      last = entry
    },
  })
}

const problemOf = ({ table, key, bytes }: Entry, last: Entry | undefined): string | undefined => {
  const note = noteOf(table)
  if (!note) return 'is of a table that nobody knows'
  const problem = problemOfKey(note.key, key)
  if (problem) return `has a key that ${problem}`
  if (table === journal.name && last?.table === table && isGap(last.key, key))
    return `comes after ${last.key[2]}: a message is missing`
  return canBeRead(bytes) ? undefined : 'has a value that can not be read'
}

const isGap = (last: Key, next: Key): boolean =>
  last[0] === next[0] && last[1] === next[1] && next[2] !== (last[2] as number) + 1

const canBeRead = (bytes: Uint8Array): boolean => {
  try {
    unpackValue(bytes)
    return true
  } catch {
    return false
  }
}

const compare = async (reader: Reader, found: Findings): Promise<void> => {
  const expected = new Map<string, number>()
  for (const note of tableNotes)
    for await (const { key, value } of entriesOf(reader, note.table)) {
      compareIndexes(reader, note, key, value, expected, found)
      const head = headOf(reader, note, key, value)
      if (head) found.problem(`The entry ${JSON.stringify(key)} of ${note.table.name} ${head}`)
    }
  for (const { table, keep } of tableNotes) {
    const surplus = (found.entries[table.name] ?? 0) - (expected.get(table.name) ?? 0)
    if (keep === 'index' && surplus > 0) found.problem(`${surplus} entries of ${table.name} follow from nothing`)
  }
}

const compareIndexes = (
  reader: Reader,
  { table, indexes = [] }: TableNote,
  key: Key,
  value: unknown,
  expected: Map<string, number>,
  found: Findings,
): void => {
  for (const index of indexes) {
    const entry = index.entryOf(key, value, reader)
    if (!entry) continue
    expected.set(index.table.name, (expected.get(index.table.name) ?? 0) + 1)
    if (!isDeepStrictEqual(reader.get(index.table, entry.key), entry.value))
      found.problem(`The entry ${JSON.stringify(key)} of ${table.name} is not as ${index.table.name} has it`)
  }
}

/** What is said of a message that is not there yet, as the end of a sentence. */
const headOf = (reader: Reader, { table }: TableNote, key: Key, value: unknown): string | undefined => {
  if (table === inboxes) {
    const [conversation, seq] = value as readonly [string, number]
    return beyond(reader, key[0] as string, conversation, seq)
  }
  if (table === standings)
    return beyond(reader, key[0] as string, key[1] as string, (value as StandingRecord).processed)
  return undefined
}

const beyond = (reader: Reader, vendor: string, conversation: string, seq: number): string | undefined => {
  const head = reader.lastNumber(journal, [vendor, conversation])
  return seq > head ? `speaks of message ${seq} of ${conversation}, which ends at ${head}` : undefined
}

const entriesAtOnce = 1_000

async function* entriesOf(reader: Reader, table: Table<unknown>): AsyncGenerator<{ key: Key; value: unknown }> {
  let from: Key = []
  for (;;) {
    const some = [...reader.range(table, { from, to: under().to, limit: entriesAtOnce })]
    yield* some
    const last = some.at(-1)
    if (!last) return
    from = [...last.key, 0]
    await setImmediate()
  }
}
