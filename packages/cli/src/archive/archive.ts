import { resolve } from 'node:path'
import { archiveMessages, folderArchive, type MigrationPlace } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { ConfigError } from '../config/problems.js'
import { readSettings } from '../config/settings.js'
import { type Io, processIo, type Status } from '../io.js'
import { attempt } from './attempt.js'
import { isRedisUrl, notAFolder, redisPlaceOf } from './redis-place.js'

export interface ArchiveOptions {
  /** The configuration file; by default `daakia.config.ts`, `.js`, `.mjs` or `.json` of the folder. */
  configFile?: string
  /** The data folder. Goes before what the environment and the file say. */
  data?: string
  /** The Redis, in place of a folder. */
  redis?: string
  /** The folder of the archive; by default `archive.folder` of the configuration. */
  to?: string
  /** Messages that are older are moved; by default `archive.afterSeconds`. */
  afterSeconds?: number
  /** All but so many of the newest of a conversation are moved; by default `archive.keepMessages`. */
  keepMessages?: number
  /** Only the messages of this vendor. */
  vendor?: string
}

/**
 * Moves older messages out of the store into an archive, that histories still read. Where it was stopped it goes on when it is
 * called again.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const archive = (options: ArchiveOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const { configFile, data, redis, vendor } = options
    if (data !== undefined && redis !== undefined) throw new ConfigError(['Give either --data or --redis.'])
    if (data !== undefined && isRedisUrl(data)) throw notAFolder(data)
    const flags = { ...(data !== undefined && { data }), ...(redis !== undefined && { redis }) }
    const { config } = await readSettings({ configFile, flags, environment: io.environment, folder: io.folder })
    const folder = folderOf(options, config, io)
    const { messages, conversations } = await archiveMessages({
      place: await placeOf(options, config),
      to: folderArchive(folder),
      ...termsOf(options, config),
      ...(vendor !== undefined && { vendor }),
      progress: line.tell,
    })
    line.clear()
    const moved = `${messages} ${messages === 1 ? 'message' : 'messages'} of ${conversations} ${conversations === 1 ? 'conversation' : 'conversations'}`
    io.output.write(messages === 0 ? 'There was nothing to move.\n' : `${folder} has ${moved} more now.\n`)
    return 0
  })

const folderOf = ({ to }: ArchiveOptions, { archive }: DaakiaConfig, io: Io): string => {
  const folder = to === undefined ? archive?.folder : resolve(io.folder, to)
  if (folder === undefined)
    throw new ConfigError(['There is no archive in the configuration: give --to FOLDER, or set archive.folder.'])
  return folder
}

/** What was given for this run takes the place of all that is configured. */
const termsOf = ({ afterSeconds, keepMessages }: ArchiveOptions, { archive = {} }: DaakiaConfig) => {
  const given = afterSeconds === undefined && keepMessages === undefined ? archive : { afterSeconds, keepMessages }
  if (given.afterSeconds === undefined && given.keepMessages === undefined)
    throw new ConfigError([
      'Say which messages are to be moved: give --older-than 90d, or --keep-messages 1000, or both.',
    ])
  return {
    ...(given.afterSeconds !== undefined && { afterSeconds: given.afterSeconds }),
    ...(given.keepMessages !== undefined && { keepMessages: given.keepMessages }),
  }
}

const placeOf = async ({ data }: ArchiveOptions, config: DaakiaConfig): Promise<MigrationPlace> => {
  const isRedis = data === undefined && (config.redis ?? config.redisFile) !== undefined
  return isRedis ? { redis: await redisPlaceOf(config) } : { folder: config.data as string }
}
