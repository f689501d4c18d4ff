import { setTimeout as sleep } from 'node:timers/promises'
import { type Ground, redisNames } from './ground.js'
import { RedisProcess, redisCli } from './redis-process.js'
import type { GroundOptions } from './single-redis.js'

const betweenLooksMs = 100

/**
 * Whoever is not heard of for so long is replaced, by a replica that may lack what was acknowledged last: nothing is promised
 * then. No fault lasts as long.
 */
const nodeTimeoutMs = 30_000
const configuration = ['cluster-enabled yes', `cluster-node-timeout ${nodeTimeoutMs}`, 'repl-diskless-sync-delay 0']

/** A Redis Cluster of several masters, each with a replica. */
export const onCluster = async ({ folder, died }: Omit<GroundOptions, 'servers'>): Promise<Ground> => {
  const redis = new Map<string, RedisProcess>()
  const close = async () => void (await Promise.all([...redis.values()].map((each) => each.kill())))
  try {
    for (const name of redisNames('cluster'))
      redis.set(name, await RedisProcess.start({ name, folder, configuration, died: (reason) => died(name, reason) }))
    const hosts = [...redis.values()].map(({ port }) => `127.0.0.1:${port}`)
    await redisCli('--cluster', 'create', ...hosts, '--cluster-replicas', '1', '--cluster-yes')
    await untilWhole(redis.values())
    return {
      lines: new Map(),
      redis,
      storageFor: () => ({ redis: { url: `redis+cluster://${hosts.join(',')}` } }),
      failOver: () => failOver([...redis.values()]),
      async restart() {
        await close()
        await Promise.all([...redis.values()].map((each) => each.start()))
        await untilWhole(redis.values())
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Each answers, and each replica has what its master has. */
const untilWhole = async (redis: Iterable<RedisProcess>): Promise<void> => {
  for (const each of redis) while (!(await isWhole(each))) await sleep(betweenLooksMs)
}

const isWhole = async (redis: RedisProcess): Promise<boolean> => {
  const answers = await Promise.all([redis.ask('cluster', 'info'), redis.ask('info', 'replication')]).catch(() => [])
  const [cluster = '', replication = ''] = answers
  return cluster.includes('cluster_state:ok') && !replication.includes('master_link_status:down')
}

/** One that can not take over says so; it is somebody else's turn another time. */
const failOver = async (redis: readonly RedisProcess[]): Promise<void> => {
  for (const each of redis) {
    const role = await each.ask('info', 'replication').catch(() => '')
    if (role.includes('role:slave')) await each.ask('cluster', 'failover').catch(() => {})
  }
}
