import type { Way } from '../lines.js'
import type { RedisProcess } from './redis-process.js'

/** Where a server is told to keep its data, as `createServer` takes it. */
export type Storage =
  | { folder: string }
  | { redis: { url: string; replicas?: number; partitions?: number; reachedAt?: Readonly<Record<string, string>> } }

/** What all servers of a rig keep their data in, and what can happen to it. */
export interface Ground {
  /** Names of the ways from servers to Redis. */
  readonly lines: ReadonlyMap<string, Way>
  /** By name; none where the data is in a folder. */
  readonly redis: ReadonlyMap<string, RedisProcess>
  storageFor(server: string): Storage
  /** A replica takes the place of its master, when it has all that the master has. Does nothing where there is none. */
  failOver(): Promise<void>
  /**
   * Has this Redis be a master, and kills it; resolves when a replica has been elected in its place, or was not for too long. For
   * `behindMs` before that nothing comes to its replica, nor does it afterwards. Does nothing where there is none.
   */
  killMaster(name: string, options: { behindMs: number }): Promise<void>
  /** Kills everything, and starts it again with what is on disk. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** The ways in which servers can be told to keep their data together. */
export const redisKinds = ['single', 'cluster'] as const
export type RedisKind = (typeof redisKinds)[number]

/** Masters of a Cluster, each of which has a replica. */
export const masters = 3

/** The names of what servers share. */
export const redisNames = (kind: RedisKind | undefined): readonly string[] => {
  if (kind === undefined) return []
  return kind === 'single' ? ['redis'] : Array.from({ length: 2 * masters }, (_, i) => `redis-${i + 1}`)
}

/** The names of each master of a Cluster, to begin with, and of its replica. */
export const shardsOf = (kind: RedisKind | undefined): readonly (readonly string[])[] => {
  if (kind !== 'cluster') return []
  const names = redisNames(kind)
  return names.slice(0, masters).map((master, i) => [master, names[masters + i] as string])
}

/** The name of a server's way to its Redis, or to the whole Cluster. */
export const lineOf = (server: string): string => `${server}/redis`

/** The name of a server's way to one Redis of a Cluster. */
export const lineTo = (server: string, redis: string): string => `${server}/${redis}`

/** The names of all ways from these servers to what they share. */
export const linesOf = (kind: RedisKind | undefined, servers: readonly string[]): readonly string[] => {
  if (kind === undefined) return []
  const others = kind === 'cluster' ? redisNames(kind) : []
  return servers.flatMap((server) => [lineOf(server), ...others.map((name) => lineTo(server, name))])
}
