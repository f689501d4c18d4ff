import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { RedisLink, type RedisOptions } from '../../../src/redis/link.js'
import { type RedisProcess, startProcess } from './process.js'

export interface ServerSettings {
  /** Writes each command to its disk before it answers. */
  appendOnly?: boolean
  /** Hands each command to the operating system before it answers; when that is on its disk. */
  appendFsync?: 'always' | 'everysec' | 'no'
  maxMemoryBytes?: number
  password?: string
  /** The port of the server whose replica it is. */
  replicaOf?: number
}

/** A server of a test's own, which may be killed and paused. */
export const startRedis = async (settings: ServerSettings = {}): Promise<RedisProcess & { url: string }> => {
  const { appendOnly, maxMemoryBytes, password, replicaOf } = settings
  const { appendFsync = appendOnly ? 'always' : undefined } = settings
  const process = await startProcess(
    [
      'save ""',
      'repl-diskless-sync-delay 0',
      ...(appendFsync ? ['appendonly yes', `appendfsync ${appendFsync}`] : []),
      ...(maxMemoryBytes ? [`maxmemory ${maxMemoryBytes}`] : []),
      ...(password ? [`requirepass ${password}`] : []),
      ...(replicaOf ? [`replicaof 127.0.0.1 ${replicaOf}`] : []),
    ],
    'server',
  )
  return { ...process, url: `redis://${password ? `:${password}@` : ''}127.0.0.1:${process.port}` }
}

/** Such a one, which is removed when the test is over. */
export const redisOfItsOwn = async (settings?: ServerSettings): Promise<RedisProcess & { url: string }> => {
  const redis = await startRedis(settings)
  onTestFinished(() => redis.remove())
  return redis
}

/** A link that is closed when the test is over. */
export const openLink = async (options: RedisOptions): Promise<RedisLink> => {
  const link = await RedisLink.open(options)
  onTestFinished(() => link.close())
  return link
}

/** A Redis that the tests of a file share. */
export interface SharedRedis {
  readonly url: string
  /** A link to it with a prefix that nobody else has, or with this one. It is closed when the tests are over. */
  link(options?: Partial<RedisOptions>): Promise<RedisLink>
}

/**
 * Gives the tests of a file a Redis: a server of their own, or the one that `DAAKIA_TEST_REDIS` names, in which only what
 * begins with their own prefixes is touched, and is removed.
 */
export const sharedRedis = (start: () => Promise<{ url: string; remove(): Promise<void> }> = given): SharedRedis => {
  const links = new Set<RedisLink>()
  let server: Awaited<ReturnType<typeof start>> | undefined
  const url = () => server?.url ?? ''
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    for (const link of links) link.close()
    await server?.remove()
  })
  return {
    get url() {
      return url()
    },
    async link(options = {}) {
      const link = await RedisLink.open({ url: url(), prefix: ownPrefix(), ...options })
      links.add(link)
      return link
    },
  }
}

const own = randomUUID()
let prefixes = 0
export const ownPrefix = (): string => `daakia-test:${own}:${++prefixes}:`

const given = async () => {
  const url = process.env.DAAKIA_TEST_REDIS
  return url ? { url, remove: () => removeOwn(url) } : startRedis()
}

const removeOwn = async (url: string): Promise<void> => {
  const link = await RedisLink.open({ url })
  for (let cursor = '0'; ; ) {
    const [next, keys] = (await link.call('scan', cursor, 'match', `*daakia-test:${own}:*`, 'count', 1_000)) as [
      Buffer,
      Buffer[],
    ]
    if (keys.length > 0) await link.call('unlink', ...keys)
    cursor = next.toString()
    if (cursor === '0') break
  }
  link.close()
}
