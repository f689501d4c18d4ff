import {
  type AuthenticationWay,
  folderArchive,
  type ListenOptions,
  type Log,
  OptionsError,
  type RedisStorage,
  type Rule,
  rules,
  type ServerOptions,
} from '@daakia/server'
import type { ArchiveConfig } from './archive.js'
import type { Authenticators } from './authenticators.js'
import type { DaakiaConfig } from './daakia-config.js'
import { all, ConfigError } from './problems.js'
import { withSecrets } from './secrets.js'
import { unlimited } from './unlimited.js'

/** Who makes what a configuration describes. */
export interface ServerParts {
  log: Log
  authenticators: Authenticators
}

/** What only a program that composes a server itself has a use for. */
type ForPrograms = 'clock' | 'random' | 'hooks'

/** What has to be said of all others, so that the compiler names a new one. */
type Said = { [Name in Exclude<keyof Required<ServerOptions>, ForPrograms>]: ServerOptions[Name] | undefined }

/**
 * What the server takes of a configuration that was settled.
 *
 * @throws ConfigError with all that can't be made or read
 */
export const serverOptionsOf = async (
  config: DaakiaConfig,
  { log, authenticators }: ServerParts,
): Promise<ServerOptions> => {
  const {
    dev,
    data = '',
    redis,
    listen,
    authentication,
    access,
    limits,
    retention,
    archive,
    leases,
    retries,
    queues,
    drain,
    sysIntervalSeconds,
    ...rest
  } = await withSecrets(config)
  const [ways, allowed] = await all<[AuthenticationWay[], ServerOptions['access']]>([
    waysOf(authentication, authenticators),
    accessOf(access),
  ])
  const options: Said = {
    dev,
    storage: redis === undefined ? { folder: data } : { redis: { url: redis, ...redisTerms(rest) } },
    listen: listenOptions(listen ?? {}),
    authentication: ways,
    access: allowed,
    limits: unlimited.read(limits ?? {}),
    retention: unlimited.read(retention ?? {}),
    archive: archive && archiveOf(archive),
    leases,
    retries,
    queues,
    drain,
    sysIntervalSeconds,
    log,
  }
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as ServerOptions
}

const archiveOf = ({ folder, ...terms }: ArchiveConfig): ServerOptions['archive'] => {
  if (folder === undefined)
    throw new ConfigError(['archive.folder is missing: name the folder that older messages are moved to.'])
  return { store: folderArchive(folder), ...terms }
}

const redisTerms = ({
  redisPrefix: prefix,
  redisPartitions: partitions,
  redisReplicas: replicas,
}: Pick<DaakiaConfig, 'redisPrefix' | 'redisPartitions' | 'redisReplicas'>): Omit<RedisStorage, 'url'> => ({
  ...(prefix !== undefined && { prefix }),
  ...(partitions !== undefined && { partitions }),
  ...(replicas !== undefined && { replicas }),
})

const waysOf = async (entries: DaakiaConfig['authentication'] = [], authenticators: Authenticators) =>
  authenticators.of(entries)

const accessOf = async (access: DaakiaConfig['access']): Promise<ServerOptions['access']> => {
  if (!isRules(access)) return access
  try {
    return rules(access)
  } catch (error) {
    throw error instanceof OptionsError ? new ConfigError([`${error.message}.`]) : error
  }
}

const isRules = (access: DaakiaConfig['access']): access is readonly Rule[] => Array.isArray(access)

/** A port of `false` is none. */
const listenOptions = (listen: NonNullable<DaakiaConfig['listen']>): ListenOptions =>
  Object.fromEntries(Object.entries(listen).filter(([, value]) => value !== false)) as ListenOptions
