import { resolve } from 'node:path'
import type { MigrationPlace } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { ConfigError } from '../config/problems.js'
import { readSettings } from '../config/settings.js'
import type { Io } from '../io.js'
import { isRedisUrl, notAFolder, redisPlaceOf } from './redis-place.js'

/** Which archive is meant, and whose. */
export interface ArchivePlaceOptions {
  /** The configuration file; by default `daakia.config.ts`, `.js`, `.mjs` or `.json` of the folder. */
  configFile?: string
  /** The data folder. Goes before what the environment and the file say. */
  data?: string
  /** The Redis, in place of a folder. */
  redis?: string
  /** What the keys in the Redis begin with; as `daakia serve` would have it where it is absent. */
  redisPrefix?: string
  /** The folder of the archive; by default `archive.folder` of the configuration. */
  to?: string
  /** Only what is of this vendor. */
  vendor?: string
}

interface ArchivePlace {
  config: DaakiaConfig
  /** Where the messages come from. */
  place: MigrationPlace
  /** Where the archive is. */
  folder: string
}

/** @throws ConfigError */
export const archiveOf = async (options: ArchivePlaceOptions, io: Io): Promise<ArchivePlace> => {
  const { configFile, data, redis, redisPrefix, to } = options
  if (data !== undefined && redis !== undefined) throw new ConfigError(['Give either --data or --redis.'])
  if (data !== undefined && isRedisUrl(data)) throw notAFolder(data)
  const flags = {
    ...(data !== undefined && { data }),
    ...(redis !== undefined && { redis }),
    ...(redisPrefix !== undefined && { redisPrefix }),
  }
  const { config } = await readSettings({ configFile, flags, environment: io.environment, folder: io.folder })
  const folder = to === undefined ? config.archive?.folder : resolve(io.folder, to)
  if (folder === undefined)
    throw new ConfigError(['There is no archive in the configuration: give its folder, or set archive.folder.'])
  return { config, place: await placeOf(options, config), folder }
}

const placeOf = async ({ data }: ArchivePlaceOptions, config: DaakiaConfig): Promise<MigrationPlace> => {
  const isRedis = data === undefined && (config.redis ?? config.redisFile) !== undefined
  return isRedis ? { redis: await redisPlaceOf(config) } : { folder: config.data as string }
}
