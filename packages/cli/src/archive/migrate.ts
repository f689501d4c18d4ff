import { resolve } from 'node:path'
import { type MigrationPlace, migrate as move, RedisError, StorageError } from '@daakia/server'
import { writeTable } from '../admin/table.js'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { readSettings } from '../config/settings.js'
import { type Io, processIo, type Status } from '../io.js'
import { attempt } from './attempt.js'
import { isRedisUrl, redisPlaceOf } from './redis-place.js'

export interface MigrateOptions {
  /** A data folder, the URL of a Redis, or `redis`: the one that `daakia serve` would use. */
  from: string
  /** The other kind of the two. */
  to: string
  /** What the keys in the Redis begin with; as `daakia serve` would have it where it is absent. */
  redisPrefix?: string
  /** The configuration file; by default `daakia.config.ts`, `.js`, `.mjs` or `.json` of the folder. */
  configFile?: string
}

/**
 * Moves all that a server stores from a folder to a Redis, or back. Where it was stopped it goes on when it is called again.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const migrate = ({ from, to, redisPrefix, configFile }: MigrateOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const flags = redisPrefix === undefined ? {} : { redisPrefix }
    const { config } = await readSettings({ configFile, flags, environment: io.environment, folder: io.folder })
    const places = { from: await placeOf(from, config, io), to: await placeOf(to, config, io) }
    const moved = await move({ ...places, progress: line.tell }).catch((error: unknown) => {
      throw goesOn(error)
    })
    line.clear()
    const rows = moved.tables.map((each) => ({ cells: [each.table, `${each.entries}`, each.sha256], json: each }))
    writeTable(['TABLE', 'ENTRIES', 'SHA-256'], rows, io, {})
    const entries = moved.tables.reduce((sum, table) => sum + table.entries, 0)
    io.output.write(`\n${moved.to} holds all of ${moved.from}, compared: ${entries} entries.\n`)
    return 0
  })

const placeOf = async (place: string, config: DaakiaConfig, io: Io): Promise<MigrationPlace> => {
  if (place === 'redis') return { redis: await redisPlaceOf(config) }
  return isRedisUrl(place) ? { redis: await redisPlaceOf(config, place) } : { folder: resolve(io.folder, place) }
}

const passing: ReadonlySet<string> = new Set(['full', 'away', 'failed', 'unsure'])

/** What passes is no reason to begin anew. */
const goesOn = (error: unknown): unknown => {
  if (!(error instanceof StorageError || error instanceof RedisError) || !passing.has(error.reason)) return error
  const message = `${error.message.replace(/\.$/, '')}. Run the same command again when that is mended: it goes on where it stopped`
  return new StorageError(error.reason === 'full' ? 'full' : 'away', message, { cause: error })
}
