import { type Clock, systemClock } from '@daakia/protocol'
import { under } from '../kv/keys.js'
import type { Key, Reader } from '../kv/port.js'
import { openSnapshot } from '../kv/read-only.js'
import { bears } from '../persistence/archive/mark.js'
import { nameOfSegment } from '../persistence/archive/names.js'
import type { ArchiveStore } from '../persistence/archive/port.js'
import { reached } from '../persistence/archive/segment-cache.js'
import { readSegment } from '../persistence/archive/segment-file.js'
import type { Segment } from '../persistence/port.js'
import { archives, type SegmentRecord, segments } from '../persistence/tables.js'
import { ArchiveError } from './errors.js'
import type { MigrationPlace } from './migrate/migrate.js'
import type { Tell } from './progress.js'

export interface VerifyArchiveOptions {
  /** A data folder or a Redis, whose servers may be using it, or a backup of a folder. */
  place: MigrationPlace
  archive: Pick<ArchiveStore, 'get'>
  /** Only the files of this vendor. */
  vendor?: string
  progress?: Tell
  clock?: Clock
}

/** What of an archive is whole, and what is not. */
export interface ArchiveVerification {
  /** Files that are whole. */
  files: number
  /** In them. */
  messages: number
  /** A sentence for each file that is not; the first hundred. */
  problems: readonly string[]
  /** All of them. */
  problemCount: number
}

const atOnce = 200
const mostTold = 100

/** Reads a place as it is at the moment of each call. */
type Look = <T>(work: (reader: Reader) => T) => Promise<T>

interface Found {
  key: Key
  segment: Segment
}

/**
 * Reads every file that a store has in its archive, and says which are missing or damaged. Nothing is changed.
 *
 * @throws ArchiveError with `away`, with `exists` where the archive is that of another server, or with `damaged` where it does not
 * say whose it is; StorageError; RedisError
 */
export const verifyArchive = async (options: VerifyArchiveOptions): Promise<ArchiveVerification> => {
  const { look, close } = await open(options.place, options.clock ?? systemClock)
  try {
    return await verifyAll(look, options)
  } finally {
    await close()
  }
}

const open = async (place: MigrationPlace, clock: Clock): Promise<{ look: Look; close(): Promise<void> }> => {
  if ('folder' in place) return { look: (work) => lookIn(place.folder, work), close: async () => {} }
  const { redisToUse } = await import('./migrate/redis.js')
  const { kv, close } = await redisToUse(place.redis, clock)
  return { look: (work) => kv.read(work), close }
}

/** A snapshot that stays open for long would keep a server from using room again. */
const lookIn = async <T>(folder: string, work: (reader: Reader) => T): Promise<T> => {
  const snapshot = await openSnapshot(folder)
  try {
    return work(snapshot)
  } finally {
    await snapshot.close()
  }
}

const verifyAll = async (
  look: Look,
  { archive, vendor, progress = () => {} }: VerifyArchiveOptions,
): Promise<ArchiveVerification> => {
  const problems: string[] = []
  let [files, messages, problemCount] = [0, 0, 0]
  const mark = await look((reader) => reader.get(archives, [0]))
  if (mark) await bears(archive, mark)
  for await (const found of allFiles(look, vendor)) {
    const problem = await problemOf(archive, found)
    if (problem === undefined) {
      files++
      messages += found.segment.last - found.segment.first + 1
    } else if (await look((reader) => isThere(reader.get(segments, found.key)))) {
      // Retention has not removed it meanwhile.
      if (problemCount++ < mostTold) problems.push(problem)
    }
    progress({ doing: 'checking', done: files + problemCount })
  }
  return { files, messages, problems, problemCount }
}

async function* allFiles(look: Look, vendor: string | undefined): AsyncGenerator<Found> {
  const all = vendor === undefined ? under() : under(vendor)
  for (let { from } = all; ; ) {
    const page = await look((reader) => [...reader.range(segments, { ...all, from, limit: atOnce })])
    for (const { key, value } of page) if (isThere(value)) yield { key, segment: { first: key[2] as number, ...value } }
    const last = page.at(-1)
    if (!last || page.length < atOnce) return
    from = under(...last.key).to
  }
}

const isThere = (record: SegmentRecord | undefined): record is Extract<SegmentRecord, { sha256: string }> =>
  record !== undefined && 'sha256' in record

/** What is wrong with a file. @throws ArchiveError with `away` */
const problemOf = async (archive: Pick<ArchiveStore, 'get'>, { key, segment }: Found): Promise<string | undefined> => {
  const [vendor, conversation] = key as [string, string]
  const name = nameOfSegment(vendor, conversation, segment)
  const bytes = await reached(archive.get(name))
  if (!bytes) return `${name} is missing`
  try {
    await readSegment(name, { vendor, conversation, ...segment }, bytes)
    return undefined
  } catch (error) {
    if (error instanceof ArchiveError && error.reason === 'damaged') return error.message
    throw error
  }
}
