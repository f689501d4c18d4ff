import type { Rig } from '../load/rig.js'
import { Window } from '../load/window.js'
import { daakia } from '../peers/daakia.js'
import { flagsFor, type Listening, startNodeServer } from '../peers/node-server.js'
import type { Running } from '../peers/port.js'
import { nextMessage, startNode } from '../processes.js'
import { type Sitting, withRig } from '../sitting.js'
import { withFolder } from '../temporary-folder.js'
import { type RedisAtWork, startRedis } from './redis.js'
import { loads, type PartitionsResult, type Share, type Subject } from './result.js'

export { describePartitions } from './result.js'

export interface PartitionsOptions {
  sitting: Sitting
  rounds: number
  say(text: string): void
}

interface AtWork extends Subject {
  server: Running
}

const counts = [1, 16, 256]
const people = 100
const payload = Buffer.from('a message of sixty-four bytes, as people write them all day long')

/** Measures what a conversation message costs over Redis, by the number of partitions, beside one process and its disk. */
export const partitions = (options: PartitionsOptions): Promise<PartitionsResult> =>
  withFolder((folder) => withFolder((data) => overRedis(folder, data, options)))

const overRedis = async (folder: string, data: string, options: PartitionsOptions): Promise<PartitionsResult> => {
  const redis = await startRedis(folder)
  const subjects: AtWork[] = []
  try {
    const { cores, profile } = options.sitting
    const place = { core: cores?.server, certificate: undefined, profile }
    subjects.push({ name: 'a disk', server: await startNodeServer('daakia', { folder: data, ...place }), shares: [] })
    for (const count of counts)
      subjects.push({
        name: count === 1 ? 'Redis, 1 partition' : `Redis, ${count} partitions`,
        server: await startOver(redis, count, options.sitting),
        shares: [],
      })
    await measureAll(subjects, redis, options)
    return { subjects: subjects.map(({ name, shares }) => ({ name, shares })) }
  } finally {
    for (const { server } of subjects) await server.stop()
    await redis.stop()
  }
}

const startOver = async ({ url }: RedisAtWork, count: number, { cores, profile }: Sitting): Promise<Running> => {
  const started = startNode('servers/daakia-redis', [url, `bench-${count}:`, `${count}`], {
    ...{ core: cores?.server, flags: flagsFor(profile) },
  })
  const { port } = await nextMessage<Listening>(started)
  return { ...started, port, securePort: undefined }
}

/** Turn and turn about: what disturbs the machine disturbs all of them. The first round warms them up. */
const measureAll = async (
  subjects: readonly AtWork[],
  redis: RedisAtWork,
  { sitting, rounds, say }: PartitionsOptions,
) => {
  for (let round = 0; round <= rounds; round++)
    for (const outstanding of loads)
      for (const { name, server, shares } of subjects) {
        const share = await withRig({ peer: daakia, server, sitting }, (rig) => shareOf(rig, redis, outstanding))
        say(`${name}, ${outstanding * people} outstanding: ${share.serverMicros.toFixed(0)} µs`)
        if (round > 0) shares.push(share)
      }
}

/** A hundred people write to somebody. */
const shareOf = async (rig: Rig, redis: RedisAtWork, outstanding: number): Promise<Share> => {
  const links = await rig.openMany(people, 'person')
  const windows = links.map((link, n) => {
    const message = { topic: `daak/to/friend-${n}`, payload }
    return new Window(link, { dialect: rig.dialect, size: outstanding, ...message })
  })
  const taken = () => windows.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
  const [before, first] = [await redis.done(), taken()]
  for (const window of windows) window.start()
  const { cost, value } = await rig.rate(taken)
  for (const window of windows) window.stop()
  const after = await redis.done()
  const messages = taken() - first
  return {
    outstanding,
    perSecond: value,
    serverMicros: cost?.cpuMicros ?? Number.NaN,
    redisMicros: (after.cpuMicros - before.cpuMicros) / messages,
    scripts: (after.scripts - before.scripts) / messages,
  }
}
