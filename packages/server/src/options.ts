import { type Clock, type Random, systemClock } from '@daakia/protocol'
import type { LeaseTerms } from './backend/port.js'
import type { RetryTerms, TurnHooks } from './backend/turns/index.js'
import { type Access, type Authorize, accessBy, allowAll, denyPlainTopics } from './broker/index.js'
import { type AuthenticationWay, authenticateLoopback } from './connection-manager/index.js'
import { checkDrain, type DrainTerms, defaultDrain } from './draining/terms.js'
import { OptionsError } from './errors.js'
import type { QueueTerms } from './inbox/queue/index.js'
import { mostPartitions } from './kv/partitions/number-of.js'
import type { KeyValue } from './kv/port.js'
import { defaultServerLimits, type ServerLimits, type ServerLimitsOptions } from './limits/server-limits.js'
import { settleLimits } from './limits/settle-limits.js'
import { checkListen, type ListenOptions, type ListenSettings } from './listen-options.js'
import { type Log, silentLog } from './log.js'
import { type ArchiveOptions, checkArchive } from './persistence/archive/settings.js'
import {
  defaultRetention,
  type RetentionOptions,
  type RetentionSettings,
  settleRetention,
} from './persistence/retention/settings.js'
import { parseAddress, parseReachedAt } from './redis/address.js'
import { RedisError } from './redis/errors.js'
import type { RedisOptions } from './redis/link.js'

/** Where a server keeps what it has to keep. */
export type Storage = { folder: string } | { redis: RedisStorage } | KeyValue

/** The Redis of a server; all its nodes are given the same. */
export interface RedisStorage
  extends Pick<RedisOptions, 'url' | 'tls' | 'prefix' | 'answerWithinMs' | 'replicas' | 'reachedAt'> {
  /**
   * What is stored is divided into so many partitions, which the masters of a Cluster share, from 1 to 1,024; settled when the
   * first node starts, and not changed later. Where it is absent, what is there has as many as it has, and what is new 16 in a
   * Cluster, and else one.
   */
  partitions?: number
}

/** What a server is made of. */
export interface ServerOptions {
  /**
   * A folder of this machine, made where it does not exist, which one server has at a time; a Redis, by which many processes are
   * one server; or an engine, which its owner closes.
   */
  storage: Storage
  /** Lets clients of this machine in without a password, and allows them everything: for development. */
  dev?: boolean
  /** The ways of knowing who a connection is, asked in order; needed unless `dev` is set. */
  authentication?: readonly AuthenticationWay[]
  /** Which plain topics a client may use: none where it is absent, unless `dev` is set. */
  access?: Access | Authorize
  /** Where it listens; in-process streams are taken without. */
  listen?: ListenOptions
  limits?: ServerLimitsOptions
  /** What journals keep; everything where it is absent. */
  retention?: RetentionOptions
  /** Where older messages of conversations are moved to, and read from. */
  archive?: ArchiveOptions
  /** How often what has changed is told on `$SYS`, in seconds; 10 where it is absent, 0: never. */
  sysIntervalSeconds?: number
  leases?: Partial<LeaseTerms>
  /** How long a bot that has failed at something waits before it tries again. */
  retries?: Partial<RetryTerms>
  queues?: Partial<QueueTerms>
  /** How one of many nodes leaves; see `Server.drain`. */
  drain?: Partial<DrainTerms>
  clock?: Clock
  random?: Random
  log?: Log
  /** For tests. */
  hooks?: TurnHooks
}

/** Options that were checked, with what was left out. */
export interface ServerSettings {
  storage: Storage
  authentication: readonly AuthenticationWay[]
  access: Access
  listen: ListenSettings
  limits: ServerLimits
  retention: RetentionSettings
  archive: ArchiveOptions | undefined
  sysIntervalSeconds: number
  leases: LeaseTerms
  retries: RetryTerms
  queues: QueueTerms
  drain: DrainTerms
  clock: Clock
  random: Random
  log: Log
  hooks: TurnHooks
}

export const serverDefaults = {
  host: '127.0.0.1',
  limits: defaultServerLimits,
  retention: defaultRetention,
  sysIntervalSeconds: 10,
  leases: { durationMs: 30_000, longestMs: 600_000 },
  retries: { firstMs: 1_000, longestMs: 60_000 },
  queues: { leaseMs: 30_000, tries: 8 },
  drain: defaultDrain,
  clock: systemClock,
  random: Math.random as Random,
  log: silentLog,
} as const

/** @throws OptionsError */
export const settle = (options: ServerOptions): ServerSettings => {
  checkStorage(options.storage)
  const settings = {
    storage: options.storage,
    authentication: authenticationOf(options),
    access: accessOf(options),
    listen: listenOf(options),
    limits: settleLimits(options.limits),
    retention: settleRetention(options.retention),
    archive: options.archive,
    sysIntervalSeconds: options.sysIntervalSeconds ?? serverDefaults.sysIntervalSeconds,
    leases: { ...serverDefaults.leases, ...given(options.leases) },
    retries: { ...serverDefaults.retries, ...given(options.retries) },
    queues: { ...serverDefaults.queues, ...given(options.queues) },
    drain: { ...serverDefaults.drain, ...given(options.drain) },
    clock: options.clock ?? serverDefaults.clock,
    random: options.random ?? serverDefaults.random,
    log: options.log ?? serverDefaults.log,
    hooks: options.hooks ?? {},
  }
  checkListen(settings.listen)
  checkLeases(settings.leases)
  checkRetries(settings.retries)
  checkQueues(settings.queues)
  checkDrain(settings.drain)
  if (settings.archive) checkArchive(settings.archive)
  if (!(settings.sysIntervalSeconds >= 0))
    throw new OptionsError('sysIntervalSeconds', 'sysIntervalSeconds must be a number, and not negative')
  return settings
}

/** An option that is there and `undefined` is left out. */
const given = <T extends object>(options: T | undefined): T =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as T

/** With `dev` it is the authenticator that looks at pages: those of any port of this machine may connect. */
const listenOf = ({ listen, dev }: ServerOptions): ListenSettings => ({
  host: serverDefaults.host,
  ...(dev && { origins: ['*'] }),
  ...given(listen),
})

const authenticationOf = ({ dev, authentication = [] }: ServerOptions): readonly AuthenticationWay[] => {
  if (dev && authentication.length > 0)
    throw new OptionsError('dev', 'Give either dev or authentication: dev lets everybody on this machine in')
  if (dev) return [authenticateLoopback]
  checkAuthentication(authentication)
  return authentication
}

/** @throws OptionsError */
export const checkAuthentication = (authentication: readonly AuthenticationWay[]): void => {
  if (authentication.length > 0) return
  throw new OptionsError(
    'authentication',
    'Nobody could connect: give authentication, or dev: true to let in everybody on this machine',
  )
}

/** Who may do what with plain topics, as the options say. */
export const accessOf = ({ access, dev }: Pick<ServerOptions, 'access' | 'dev'>): Access => {
  const chosen = access ?? (dev ? allowAll : denyPlainTopics)
  return typeof chosen === 'function' ? accessBy(chosen) : chosen
}

const checkStorage = (storage: Storage): void => {
  if ('redis' in storage) checkRedis(storage.redis)
  if ('folder' in storage && storage.folder === '')
    throw new OptionsError('storage.folder', 'storage.folder must be the path of a folder')
}

const checkRedis = ({ url, partitions = 1, replicas = 0, reachedAt = {} }: RedisStorage): void => {
  checkParsed('storage.redis.url', () => parseAddress(url))
  checkParsed('storage.redis.reachedAt', () => parseReachedAt(reachedAt))
  if (!Number.isSafeInteger(replicas) || replicas < 0)
    throw new OptionsError('storage.redis.replicas', 'storage.redis.replicas must be a whole number, from 0')
  if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= mostPartitions))
    throw new OptionsError(
      'storage.redis.partitions',
      `storage.redis.partitions must be a whole number from 1 to ${mostPartitions}`,
    )
}

const checkParsed = (option: string, parse: () => unknown): void => {
  try {
    parse()
  } catch (error) {
    if (error instanceof RedisError) throw new OptionsError(option, `${option}: ${error.message}`)
    throw error
  }
}

const checkLeases = ({ durationMs, longestMs }: LeaseTerms): void => {
  if (!(durationMs > 0)) throw new OptionsError('leases.durationMs', 'leases.durationMs must be more than 0')
  if (!(longestMs >= durationMs))
    throw new OptionsError('leases.longestMs', 'leases.longestMs must not be less than leases.durationMs')
}

/** The store holds nothing back for longer. */
const longestRetryMs = 3_600_000

const checkQueues = ({ leaseMs, tries }: QueueTerms): void => {
  if (!(leaseMs > 0)) throw new OptionsError('queues.leaseMs', 'queues.leaseMs must be more than 0')
  if (!Number.isInteger(tries) || tries < 1)
    throw new OptionsError('queues.tries', 'queues.tries must be a whole number from 1')
}

const checkRetries = ({ firstMs, longestMs }: RetryTerms): void => {
  if (!(firstMs >= 0)) throw new OptionsError('retries.firstMs', 'retries.firstMs must not be negative')
  if (!(longestMs >= firstMs))
    throw new OptionsError('retries.longestMs', 'retries.longestMs must not be less than retries.firstMs')
  if (longestMs > longestRetryMs)
    throw new OptionsError('retries.longestMs', `retries.longestMs must not be more than ${longestRetryMs}, an hour`)
}
