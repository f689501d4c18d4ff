import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from '../load/link.js'
import { PacketType, packetType } from '../load/mqtt-frames.js'
import { MqttReader } from '../load/mqtt-reader.js'
import type { Rig } from '../load/rig.js'
import { Window } from '../load/window.js'
import { type RedisAtWork, startRedis } from '../partitions/redis.js'
import { daakia } from '../peers/daakia.js'
import { flagsFor, type Listening, startNodeServer } from '../peers/node-server.js'
import type { Running } from '../peers/port.js'
import { cpuSeconds } from '../proc.js'
import { nextMessage, startNode } from '../processes.js'
import { type Sitting, withRig } from '../sitting.js'
import { withFolder } from '../temporary-folder.js'
import type { NodesResult, Share, Subject } from './result.js'

export { describeNodes } from './result.js'

export interface NodesOptions {
  sitting: Sitting
  rounds: number
  say(text: string): void
}

interface AtWork extends Subject {
  servers: readonly Running[]
  /** So many of them have people; the others only hear what goes on. */
  busy: number
}

const counts = [1, 2, 4, 8]
/** On each node, and as many friends that they write to. */
const people = 50
const outstanding = 4
/** A node that has just started compiles most of what a message takes. Of several that share a core each has its part of the time. */
const warmUpSecondsOfEach = 2
const payload = Buffer.from('a message of sixty-four bytes, as people write them all day long')

/** Measures what a message from one connected person to another costs servers of one node to eight over a Redis. */
export const nodes = (options: NodesOptions): Promise<NodesResult> =>
  withFolder((folder) => withFolder((data) => overRedis(folder, data, options)))

const overRedis = async (folder: string, data: string, options: NodesOptions): Promise<NodesResult> => {
  const { cores, profile } = options.sitting
  const core = cores?.server
  const redis = await startRedis(folder)
  const subjects: AtWork[] = []
  try {
    const alone = await startNodeServer('daakia', { folder: data, core, certificate: undefined })
    subjects.push({ name: 'one process, on a disk', servers: [alone], busy: 1, shares: [] })
    for (const count of counts)
      subjects.push({
        name: count === 1 ? '1 node, over Redis' : `${count} nodes`,
        ...{ servers: await startNodesOn(redis, count, { core, profile }), busy: count, shares: [] },
      })
    const servers = await startNodesOn(redis, 2, { core, profile, prefix: 'bench-idle:' })
    subjects.push({ name: '1 node, and an idle one', servers, busy: 1, shares: [] })
    await measureAll(subjects, redis, options)
    return { subjects: subjects.map(({ name, busy, shares }) => ({ name, nodes: busy, shares })) }
  } finally {
    for (const { servers } of subjects) await Promise.all(servers.map((server) => server.stop()))
    await redis.stop()
  }
}

interface NodePlace {
  core: number | undefined
  profile: string | undefined
  /** Tells the server that they are nodes of from others. */
  prefix?: string
}

const startNodesOn = async (
  { url }: RedisAtWork,
  count: number,
  { core, profile, prefix = `bench-${count}:` }: NodePlace,
): Promise<Running[]> => {
  const servers: Running[] = []
  while (servers.length < count) {
    const started = startNode('servers/daakia-redis', [url, prefix, '1'], { core, flags: flagsFor(profile) })
    const { port } = await nextMessage<Listening>(started)
    servers.push({ ...started, port, securePort: undefined })
  }
  return servers
}

/** Turn and turn about: what disturbs the machine disturbs all of them. The first round warms them up. */
const measureAll = async (subjects: readonly AtWork[], redis: RedisAtWork, { sitting, rounds, say }: NodesOptions) => {
  for (let round = 0; round <= rounds; round++)
    for (const { name, servers, busy, shares } of subjects) {
      const idle = servers.slice(busy)
      const share = await withRigs(servers.slice(0, busy), sitting, (rigs) => shareOf({ rigs, idle, redis, sitting }))
      say(`${name}: ${share.serverMicros.toFixed(0)} µs`)
      if (round > 0) shares.push(share)
    }
}

const withRigs = async <T>(
  servers: readonly Running[],
  sitting: Sitting,
  use: (rigs: readonly Rig[]) => Promise<T>,
  rigs: readonly Rig[] = [],
): Promise<T> => {
  const [server, ...others] = servers
  if (!server) return use(rigs)
  return withRig({ peer: daakia, server, sitting }, (rig) => withRigs(others, sitting, use, [...rigs, rig]))
}

interface Scene {
  rigs: readonly Rig[]
  idle: readonly Running[]
  redis: RedisAtWork
  sitting: Sitting
}

const cpuOf = (processes: readonly { pid: number }[]): number =>
  processes.reduce((sum, { pid }) => sum + (cpuSeconds(pid) ?? Number.NaN), 0)

/** People on each node write to friends on another one, where there is one, who hear them. */
const shareOf = async ({ rigs, idle, redis, sitting: { seconds } }: Scene): Promise<Share> => {
  let heard = 0
  const hears = async (link: Link) => {
    await link.subscribe(['daak/conversations/+/messages'], 0)
    const reader = new MqttReader((first) => {
      if (packetType(first) === PacketType.publish) heard++
    })
    link.receive = (bytes, end) => reader.push(bytes, end)
  }
  const windows: Window[] = []
  for (const [at, rig] of rigs.entries()) {
    const elsewhere = rigs[(at + 1) % rigs.length] as Rig
    await elsewhere.openMany(people, `friend-${at}`, hears)
    for (const [n, link] of (await rig.openMany(people, `person-${at}`)).entries()) {
      const message = { topic: `daak/to/friend-${at}-${n}`, payload }
      windows.push(new Window(link, { dialect: rig.dialect, size: outstanding, ...message }))
    }
  }
  const mark = async () => ({
    taken: windows.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    heard,
    server: cpuOf(rigs),
    idle: cpuOf(idle),
    redis: await redis.done(),
    ms: performance.now(),
  })
  for (const window of windows) window.start()
  await sleep(warmUpSecondsOfEach * rigs.length * 1_000)
  const from = await mark()
  await sleep(seconds * rigs.length * 1_000)
  const to = await mark()
  for (const window of windows) window.stop()
  const messages = to.taken - from.taken
  return {
    perSecond: (messages * 1_000) / (to.ms - from.ms),
    serverMicros: ((to.server - from.server) * 1e6) / messages,
    idleMicros: ((to.idle - from.idle) * 1e6) / messages,
    redisMicros: (to.redis.cpuMicros - from.redis.cpuMicros) / messages,
    scripts: (to.redis.scripts - from.redis.scripts) / messages,
    heard: (to.heard - from.heard) / messages,
  }
}
