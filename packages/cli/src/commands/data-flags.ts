import type { Command } from 'commander'
import type { ArchivePlaceOptions } from '../archive/archive-place.js'
import type { DataFolderOptions } from '../archive/data-folder.js'

/** What was given to say which data folder is meant. */
export interface DataWords {
  config?: string
  data?: string
}

/** The options that say which data folder is meant. */
export const addDataFlags = (command: Command): Command =>
  command
    .option('--data <folder>', 'the data folder (default: the one that daakia serve would use here)')
    .option('--config <file>', 'the configuration that names it; by default daakia.config.ts, .js, .mjs or .json')

export const dataOptionsOf = ({ config, data }: DataWords): DataFolderOptions => ({
  ...(config !== undefined && { configFile: config }),
  ...(data !== undefined && { data }),
})

/** What was given to say which store is meant. */
export interface StoreWords extends DataWords {
  redis?: string
  redisPrefix?: string
}

/** The options that say which data folder or Redis is meant. */
export const addStoreFlags = (command: Command): Command =>
  addDataFlags(
    command
      .option('--redis <url>', 'the Redis, in place of a data folder')
      .option('--redis-prefix <prefix>', 'what its keys begin with there (default: daakia:)'),
  )

export const storeOptionsOf = ({ redis, redisPrefix, ...words }: StoreWords): ArchivePlaceOptions => ({
  ...(redis !== undefined && { redis }),
  ...(redisPrefix !== undefined && { redisPrefix }),
  ...dataOptionsOf(words),
})
