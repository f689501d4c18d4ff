import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisState } from '../../history/event.js'
import { Line } from '../line.js'
import { Lines, type Way } from '../lines.js'
import { type Ground, lineOf, lineTo, masters, redisNames, shardsOf } from './ground.js'
import { RedisProcess, redisCli } from './redis-process.js'
import type { GroundOptions } from './single-redis.js'

const betweenLooksMs = 100

/** Whoever is not heard of for so long is replaced. Many faults last longer. */
const nodeTimeoutMs = 2_500
/** Others are told to reach it at another port, so that there is a line between a master and its replica, too. */
const configurationAt = (announced: number) => (port: number) => [
  ...['cluster-enabled yes', `cluster-node-timeout ${nodeTimeoutMs}`, 'repl-diskless-sync-delay 0'],
  ...[`cluster-announce-port ${announced}`, `cluster-announce-bus-port ${port + 10_000}`],
]

type Redises = ReadonlyMap<string, RedisProcess>
type LinesByName = ReadonlyMap<string, Line>

/** A Redis Cluster of several masters, each with a replica, to each of which each server has a line. */
export const onCluster = async (options: GroundOptions): Promise<Ground> => {
  const { folder, servers, died, became, replicas, partitions } = options
  const redis = new Map<string, RedisProcess>()
  /** Of each Redis, to its replica. */
  const fronts = new Map<string, Line>()
  const lines = new Map<string, Line>()
  const kill = async () => void (await Promise.all([...redis.values()].map((each) => each.kill())))
  const closeLines = () => Promise.all([...fronts.values(), ...lines.values()].map((line) => line.close()))
  const close = async () => void (await Promise.all([kill(), closeLines()]))
  try {
    for (const name of redisNames('cluster')) {
      const front = await Line.open(() => redis.get(name)?.port ?? 0)
      fronts.set(name, front)
      const heard = { died: (reason: string) => died(name, reason), became: (state: RedisState) => became(name, state) }
      const configuration = configurationAt(front.port)
      redis.set(name, await RedisProcess.start({ name, folder, configuration, ...heard }))
    }
    await join(redis)
    await untilWhole(redis, fronts)
    for (const server of servers)
      for (const [name, each] of redis) lines.set(lineTo(server, name), await Line.open(() => each.port))
    return {
      lines: new Map<string, Way>([...lines, ...servers.map((server) => wayOf(server, lines))]),
      redis,
      storageFor: (server) => ({
        redis: { ...reachedBy(server, { fronts, lines }), replicas, ...(partitions && { partitions }) },
      }),
      failOver: () => failOver([...redis.values()]),
      killMaster: (name, { behindMs }) => killMaster(name, { redis, fronts, behindMs, became }),
      async restart() {
        await untilWhole(redis, fronts)
        await kill()
        await Promise.all([...redis.values()].map((each) => each.start()))
        await untilWhole(redis, fronts)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Has the first of them be masters, and each other one the replica of the one that it is named beside. */
const join = async (redis: Redises): Promise<void> => {
  const hosts = [...redis.values()].map(hostOf)
  await redisCli('--cluster', 'create', ...hosts, '--cluster-replicas', '1', '--cluster-yes')
  for (const [master = '', replica = ''] of shardsOf('cluster')) {
    const id = await redis.get(master)?.ask('cluster', 'myid')
    await redis.get(replica)?.ask('cluster', 'replicate', id?.trim() ?? '')
  }
}

const hostOf = ({ port }: { port: number }): string => `127.0.0.1:${port}`

/** The way of a server to all of them. */
const wayOf = (server: string, lines: LinesByName): [string, Way] => {
  const own = redisNames('cluster').map((name) => lines.get(lineTo(server, name)) as Line)
  return [lineOf(server), new Lines(own)]
}

/** Each Redis announces its own address to all; a server reaches it over its line. */
const reachedBy = (server: string, { fronts, lines }: { fronts: LinesByName; lines: LinesByName }) => {
  const reached = [...fronts].map(([name, front]) => ({
    announced: hostOf(front),
    at: hostOf(lines.get(lineTo(server, name)) as Line),
  }))
  return {
    url: `redis+cluster://${reached.map(({ at }) => at).join(',')}`,
    reachedAt: Object.fromEntries(reached.map(({ announced, at }) => [announced, at])),
  }
}

const wholeWithinMs = 60_000

/** Each answers, and each replica has what its master has, over its line. @throws Error where that does not come about */
const untilWhole = async (redis: Redises, fronts: LinesByName): Promise<void> => {
  const end = performance.now() + wholeWithinMs
  const ports = new Set([...fronts.values()].map(({ port }) => port))
  for (;;) {
    const states = await Promise.all([...redis.values()].map((each) => stateOf(each, ports)))
    if (states.every(({ isWell }) => isWell) && states.filter(({ isMaster }) => isMaster).length === masters) return
    if (performance.now() > end) throw new Error('The Cluster of Redis did not become whole again')
    await sleep(betweenLooksMs)
  }
}

const stateOf = async (redis: RedisProcess, fronts: ReadonlySet<number>) => {
  const answers = await Promise.all([redis.ask('cluster', 'info'), redis.ask('info', 'replication')]).catch(() => [])
  const [cluster = '', replication = ''] = answers
  const from = /^master_port:(\d+)/m.exec(replication)?.[1]
  const isOverLine = from === undefined || fronts.has(Number(from))
  const isWell = cluster.includes('cluster_state:ok') && !replication.includes('master_link_status:down') && isOverLine
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

interface Killing {
  redis: Redises
  fronts: LinesByName
  behindMs: number
  became: GroundOptions['became']
}

const killMaster = async (name: string, { redis: all, fronts, behindMs, became }: Killing): Promise<void> => {
  const redis = all.get(name) as RedisProcess
  const front = fronts.get(name) as Line
  if ((await roleOf(redis)) === 'replica') {
    await takeOver(redis)
    await until(async () => (await roleOf(redis)) === 'master', masterWithinMs)
  }
  const heirs = await replicasOf(redis, [...all.values()])
  if (behindMs > 0) {
    front.stall('down')
    became(name, 'behind')
    await sleep(behindMs)
  }
  await redis.kill()
  // What was held back is lost.
  front.cut()
  front.mend()
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
