import { setTimeout as sleep } from 'node:timers/promises'
import { Line } from '../line.js'
import { Lines, type Way } from '../lines.js'
import { type Ground, lineOf, lineTo, masters, redisNames } from './ground.js'
import { RedisProcess, redisCli } from './redis-process.js'
import type { GroundOptions } from './single-redis.js'

const betweenLooksMs = 100

/** Whoever is not heard of for so long is replaced. Many faults last longer. */
const nodeTimeoutMs = 2_500
const configuration = ['cluster-enabled yes', `cluster-node-timeout ${nodeTimeoutMs}`, 'repl-diskless-sync-delay 0']

/** As many as each master has: so whoever is elected has all that was acknowledged. */
const replicas = 1

/** A Redis Cluster of several masters, each with a replica, to each of which each server has a line. */
export const onCluster = async ({ folder, servers, died }: GroundOptions): Promise<Ground> => {
  const redis = new Map<string, RedisProcess>()
  const lines = new Map<string, Line>()
  const kill = async () => void (await Promise.all([...redis.values()].map((each) => each.kill())))
  const close = async () => void (await Promise.all([kill(), ...[...lines.values()].map((line) => line.close())]))
  try {
    for (const name of redisNames('cluster'))
      redis.set(name, await RedisProcess.start({ name, folder, configuration, died: (reason) => died(name, reason) }))
    const hosts = [...redis.values()].map(hostOf)
    await redisCli('--cluster', 'create', ...hosts, '--cluster-replicas', String(replicas), '--cluster-yes')
    await untilWhole(redis)
    for (const server of servers)
      for (const [name, each] of redis) lines.set(lineTo(server, name), await Line.open(() => each.port))
    return {
      lines: new Map<string, Way>([...lines, ...servers.map((server) => wayOf(server, lines))]),
      redis,
      storageFor: (server) => storageOver(server, redis, lines),
      failOver: () => failOver([...redis.values()]),
      killMaster: (name) => killMaster(redis.get(name) as RedisProcess, [...redis.values()]),
      async restart() {
        await untilWhole(redis)
        await kill()
        await Promise.all([...redis.values()].map((each) => each.start()))
        await untilWhole(redis)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const hostOf = ({ port }: { port: number }): string => `127.0.0.1:${port}`

/** The way of a server to all of them. */
const wayOf = (server: string, lines: ReadonlyMap<string, Line>): [string, Way] => {
  const own = redisNames('cluster').map((name) => lines.get(lineTo(server, name)) as Line)
  return [lineOf(server), new Lines(own)]
}

/** Each Redis announces its own address to all; a server reaches it over its line. */
const storageOver = (server: string, redis: ReadonlyMap<string, RedisProcess>, lines: ReadonlyMap<string, Line>) => {
  const reached = [...redis].map(([name, each]) => ({
    announced: hostOf(each),
    at: hostOf(lines.get(lineTo(server, name)) as Line),
  }))
  return {
    redis: {
      url: `redis+cluster://${reached.map(({ at }) => at).join(',')}`,
      reachedAt: Object.fromEntries(reached.map(({ announced, at }) => [announced, at])),
      replicas,
    },
  }
}

const wholeWithinMs = 60_000

/** Each answers, and each replica has what its master has. @throws Error where that does not come about */
const untilWhole = async (redis: ReadonlyMap<string, RedisProcess>): Promise<void> => {
  const end = performance.now() + wholeWithinMs
  for (;;) {
    const states = await Promise.all([...redis.values()].map(stateOf))
    if (states.every(({ isWell }) => isWell) && states.filter(({ isMaster }) => isMaster).length === masters) return
    if (performance.now() > end) throw new Error('The Cluster of Redis did not become whole again')
    await sleep(betweenLooksMs)
  }
}

const stateOf = async (redis: RedisProcess): Promise<{ isWell: boolean; isMaster: boolean }> => {
  const answers = await Promise.all([redis.ask('cluster', 'info'), redis.ask('info', 'replication')]).catch(() => [])
  const [cluster = '', replication = ''] = answers
  const isWell = cluster.includes('cluster_state:ok') && !replication.includes('master_link_status:down')
  return { isWell, isMaster: replication.includes('role:master') }
}

/** One that can not take over says so; it is somebody else's turn another time. */
const failOver = async (redis: readonly RedisProcess[]): Promise<void> => {
  for (const each of redis) if ((await roleOf(each)) === 'replica') await takeOver(each)
}

const takeOver = (replica: RedisProcess): Promise<unknown> => replica.ask('cluster', 'failover').catch(() => {})

const roleOf = async (redis: RedisProcess): Promise<'master' | 'replica' | undefined> => {
  const replication = await redis.ask('info', 'replication').catch(() => '')
  if (replication.includes('role:slave')) return 'replica'
  return replication.includes('role:master') ? 'master' : undefined
}

const masterWithinMs = 3_000
/** Time to notice, and for an election; longer where others are away, too. */
const electedWithinMs = 15_000

const killMaster = async (redis: RedisProcess, all: readonly RedisProcess[]): Promise<void> => {
  if ((await roleOf(redis)) === 'replica') {
    await takeOver(redis)
    await until(async () => (await roleOf(redis)) === 'master', masterWithinMs)
  }
  const heirs = await replicasOf(redis, all)
  await redis.kill()
  if (heirs.length === 0) return
  await until(async () => (await Promise.all(heirs.map(roleOf))).includes('master'), electedWithinMs)
}

const replicasOf = async (redis: RedisProcess, all: readonly RedisProcess[]): Promise<readonly RedisProcess[]> => {
  const replication = await redis.ask('info', 'replication').catch(() => '')
  const ports = [...replication.matchAll(/^slave\d+:.*port=(\d+),state=online/gm)].map(([, port]) => Number(port))
  return all.filter(({ port }) => ports.includes(port))
}

const until = async (holds: () => Promise<boolean>, withinMs: number): Promise<void> => {
  const end = performance.now() + withinMs
  while (performance.now() < end && !(await holds())) await sleep(betweenLooksMs)
}
