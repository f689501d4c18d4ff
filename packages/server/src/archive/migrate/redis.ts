import type { Clock } from '@daakia/protocol'
import { epochs } from '../../inbox/tables.js'
import { StorageError } from '../../kv/errors.js'
import { under } from '../../kv/keys.js'
import type { Key, Table } from '../../kv/port.js'
import { openPartitions } from '../../kv/redis/partitions.js'
import { sequencesOf } from '../../kv/redis/sequences.js'
import { feeds } from '../../persistence/feed/tables.js'
import { enlisting } from '../../persistence/tables.js'
import { RedisLink, type RedisOptions } from '../../redis/link.js'
import { nodesThatLive } from '../../redis/nodes/living.js'
import { queueings } from '../../state/sessions/tables.js'
import { ArchiveError } from '../errors.js'
import { placeOf, placesOf } from '../place-of.js'
import type { Place, Source } from './place.js'
import { refuseHalfMoved } from './unfinished.js'

/** A range is read in one step. */
const pageSize = 64

type RedisTerms = Pick<RedisOptions, 'url' | 'prefix'> & { partitions?: number }

/** A Redis that no server uses, and that has the data of one. @throws StorageError with `no-data`; as `redisToWriteTo` */
export const redisToReadFrom = async (redis: RedisTerms, clock: Clock): Promise<Source> => {
  const place = await redisToWriteTo(redis, clock)
  try {
    await refuseEmpty(place)
    await refuseUnderWay(place)
    return { ...place, isRestored: false }
  } catch (error) {
    await place.close()
    throw error
  }
}

/** A Redis that has the data of a server, which may be using it. @throws RedisError; StorageError with `no-data` or `unfinished` */
export const redisToUse = async ({ partitions, ...redis }: RedisTerms, clock: Clock) => {
  const link = await RedisLink.open({ ...redis, clock })
  const close = async () => link.close()
  try {
    const kv = await openPartitions({ link, clock, placeOf, ...(partitions !== undefined && { partitions }) })
    await refuseEmpty({ parts: kv.partitions?.all ?? [kv], shown: link.shown })
    await kv.read((reader) => refuseHalfMoved(reader, link.shown))
    return {
      kv,
      async close() {
        await kv.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A Redis that no server uses. @throws RedisError; ArchiveError with `in-use` */
export const redisToWriteTo = async ({ partitions, ...redis }: RedisTerms, clock: Clock): Promise<Place> => {
  const link = await RedisLink.open({ ...redis, clock })
  try {
    refuseNodes(await nodesThatLive(link), link.shown)
    const terms = partitions === undefined ? {} : { partitions }
    const kv = await openPartitions({ link, clock, placeOf, ...terms })
    const parts = kv.partitions?.all ?? [kv]
    const known = new Map<string, Promise<readonly Key[]>>()
    return {
      ...{ kind: 'redis', shown: link.shown, parts, pageSize },
      partsOf: (table, key, value) => placesOf(table, key, value, parts.length).flatMap((at) => parts[at] ?? []),
      prefixes: (table, part, from) => {
        const partition = parts.indexOf(part)
        const name = `${partition}/${table.name}`
        const all = known.get(name) ?? sequencesOf(link, partition, table)
        known.set(name, all)
        return fromOn(all, from)
      },
      checkUnused: async () => refuseNodes(await nodesThatLive(link), link.shown),
      async close() {
        await kv.close()
        link.close()
      },
    }
  } catch (error) {
    link.close()
    throw error
  }
}

const refuseNodes = ([node]: readonly string[], shown: string): void => {
  if (node === undefined) return
  throw new ArchiveError(
    'in-use',
    `${shown} is in use by the node ${node}: stop all its servers first. One that was killed counts for 5 seconds`,
  )
}

const refuseEmpty = async ({ parts, shown }: Pick<Place, 'parts' | 'shown'>): Promise<void> => {
  const epoch = await parts[0]?.read((reader) => reader.get(epochs, [0]))
  if (epoch === undefined)
    throw new StorageError('no-data', `${shown} has no data of Daakia: name another Redis, or its redisPrefix`)
}

const onTheWay: readonly Table<unknown>[] = [feeds, queueings, enlisting]

/** Between partitions something may be on its way where all nodes were killed; no other place has a place for it. */
const refuseUnderWay = async ({ parts, shown }: Place): Promise<void> => {
  for (const part of parts) {
    const isUnderWay = await part.read((reader) =>
      onTheWay.some((table) => [...reader.range(table, { ...under(), limit: 1 })].length > 0),
    )
    if (!isUnderWay) continue
    throw new ArchiveError(
      'unsettled',
      `In ${shown} something is on its way from one partition to another: start a server on it, let its bots connect, and stop it after 10 seconds`,
    )
  }
}

/** From the one on that was copied in part. */
async function* fromOn(all: Promise<readonly Key[]>, from: Key | undefined): AsyncGenerator<Key> {
  const keys = await all
  const name = JSON.stringify(from)
  const at = from === undefined ? 0 : keys.findIndex((key) => JSON.stringify(key) === name)
  yield* keys.slice(Math.max(0, at))
}
