import type { DaakiaConfig } from '../config/daakia-config.js'
import { readSettings } from '../config/settings.js'
import type { Io } from '../io.js'
import { isRedisUrl, notAFolder } from './redis-place.js'

/** Which data folder is meant, as `daakia serve` finds it. */
export interface DataFolderOptions {
  /** The configuration file; by default `daakia.config.ts`, `.js`, `.mjs` or `.json` of the folder. */
  configFile?: string
  /** Goes before what the environment and the file say. */
  data?: string
}

/** @throws ConfigError, also where the server that is configured keeps nothing in a folder */
export const dataFolderOf = async ({ configFile, data }: DataFolderOptions, io: Io): Promise<string> => {
  if (data !== undefined && isRedisUrl(data)) throw notAFolder(data)
  const flags = data === undefined ? {} : { data }
  const { config } = await readSettings({ configFile, flags, environment: io.environment, folder: io.folder })
  const redis = data === undefined ? redisOf(config) : undefined
  if (redis !== undefined) throw notAFolder(redis)
  return config.data as string
}

const redisOf = ({ redis, redisFile }: DaakiaConfig): string | undefined => redis ?? redisFile
