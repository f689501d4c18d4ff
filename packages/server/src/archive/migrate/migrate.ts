import { type Clock, systemClock } from '@daakia/protocol'
import { epochs as leaseEpochs } from '../../backend/tables.js'
import { epochs } from '../../inbox/tables.js'
import { under } from '../../kv/keys.js'
import type { SharedKeyValue } from '../../kv/port.js'
import { restores } from '../../kv/restores.js'
import type { RedisStorage } from '../../options.js'
import { ArchiveError } from '../errors.js'
import type { Tell } from '../progress.js'
import { tableNotes } from '../tables.js'
import { refuseUnfinished } from '../unfinished.js'
import { carriersOf } from './carry.js'
import { compare, type MovedTable } from './compare.js'
import { copy } from './copy.js'
import { folderToReadFrom, folderToWriteTo } from './folder.js'
import { makeAnew } from './made-anew.js'
import type { Place, Source } from './place.js'
import { type Migration, migrations } from './unfinished.js'

/** A data folder, or a Redis. */
export type MigrationPlace = { folder: string } | { redis: Pick<RedisStorage, 'url' | 'prefix' | 'partitions'> }

export interface MigrateOptions {
  /** What no server uses; it stays as it is. */
  from: MigrationPlace
  /** Of the other kind: what is empty, or what the same migration has begun to fill. */
  to: MigrationPlace
  progress?: Tell
  clock?: Clock
}

export interface Migrated {
  /** Without passwords. */
  from: string
  to: string
  /** What both have now, in the order in which it was copied. */
  tables: readonly MovedTable[]
}

/**
 * Moves all that a server stores from a folder to a Redis, or back, and compares what is there with what was to be moved. The
 * source stays as it is. Where it was killed, or could not go on, the same call goes on where it was; until then no server
 * starts on what it has begun to fill. Positions of clients and sessions stay good.
 *
 * @throws ArchiveError with `exists` or `in-use` where one of the two may not be used, with `changed` where the source is not as it
 * was; StorageError; RedisError
 */
export const migrate = async ({
  from,
  to,
  progress = () => {},
  clock = systemClock,
}: MigrateOptions): Promise<Migrated> => {
  if ('folder' in from === 'folder' in to)
    throw new ArchiveError(
      'same-kind',
      'One of the two has to be a folder and the other one a Redis: copy a folder with daakia backup',
    )
  // Who never moves anything has no use for a client of Redis.
  const { redisToReadFrom, redisToWriteTo } = await import('./redis.js')
  const source =
    'folder' in from ? await folderToReadFrom(from.folder, clock) : await redisToReadFrom(from.redis, clock)
  try {
    const target = 'folder' in to ? await folderToWriteTo(to.folder, clock) : await redisToWriteTo(to.redis, clock)
    try {
      return await move(source, target, progress, clock)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

const move = async (from: Source, to: Place, progress: Tell, clock: Clock): Promise<Migrated> => {
  await refuseHalf(from)
  const [home] = to.parts as [SharedKeyValue]
  const begun = await begin(from, to)
  const carriers = await carriersOf(from)
  await copy({ from, to, carriers, begun, progress })
  const { tables, differing } = await compare({ from, to, carriers, progress })
  await Promise.all([from.checkUnused(), to.checkUnused()])
  if (differing.length > 0) throw changed(from, to, differing)
  await makeAnew(from, to, clock.now())
  await home.write((tx) => tx.remove(migrations, [0]))
  return { from: from.shown, to: to.shown, tables }
}

/** A source that is itself not whole. */
const refuseHalf = async ({ parts, shown }: Source): Promise<void> => {
  for (const part of parts) await part.read((reader) => refuseUnfinished(reader, shown))
}

/** Where it goes on, or begins, which is written down before anything else. */
const begin = async (from: Source, to: Place): Promise<Migration> => {
  const [home] = to.parts as [SharedKeyValue]
  const source = await nameOf(from)
  const before = await home.read((reader) => reader.get(migrations, [0]))
  if (before?.source === source) return before
  if (before && before.from === from.shown) throw changed(from, to, [])
  if (before)
    throw new ArchiveError(
      'exists',
      `${to.shown} has half of ${before.from}, whose migration was not finished: ${emptyIt(to)}`,
    )
  await refuseFull(to)
  const begun = { from: from.shown, source, table: 0, part: 0, entries: 0 }
  await home.write((tx) => tx.put(migrations, [0], begun))
  return begun
}

/** Which store it is, and which of its states, as far as a server that was started on it leaves traces. */
const nameOf = async ({ parts }: Source): Promise<string> => {
  const [home] = parts as [SharedKeyValue]
  const told = await home.read((reader) => [
    ...[0, 1].map((which) => reader.get(epochs, [which])),
    reader.get(leaseEpochs, [0]),
    reader.get(restores, [0]),
  ])
  return JSON.stringify(told)
}

const refuseFull = async (to: Place): Promise<void> => {
  for (const part of to.parts) {
    const found = await part.read((reader) =>
      tableNotes.find(({ table }) => !table.followed && [...reader.range(table, { ...under(), limit: 1 })].length > 0),
    )
    if (found) throw new ArchiveError('exists', `${to.shown} is not empty, it has ${found.table.name}: ${emptyIt(to)}`)
  }
}

const emptyIt = ({ kind, shown }: Place): string =>
  kind === 'folder' ? `remove ${shown}, or choose another folder` : 'empty it, or choose another redisPrefix'

const changed = (from: Source, to: Place, tables: readonly string[]): ArchiveError =>
  new ArchiveError(
    'changed',
    `${from.shown} is not as it was when its migration began${tables.length > 0 ? ` (${tables.join(', ')})` : ''}: ${emptyIt(to)}, and run the same again`,
  )
