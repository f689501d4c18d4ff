import { onTestFinished, test } from 'vitest'
import { createServer } from '../../src/index.js'
import { Connecting } from '../support/connecting.js'
import { startRedis } from '../support/redis/index.js'
import { askRedis } from '../support/redis/process.js'
import { startSentinel } from '../support/redis/sentinel.js'
import { talkThrough } from '../support/talk-through.js'

const failovers = 2

const infoOf = (port: number) => askRedis(port, 'info', 'replication').catch(() => '')

/** A master and two replicas, one of which a Sentinel has take its place. */
const startTrio = async () => {
  let master = await startRedis()
  const others = [await startRedis({ replicaOf: master.port }), await startRedis({ replicaOf: master.port })]
  const sentinel = await startSentinel(master.port)
  onTestFinished(async () => {
    for (const each of [sentinel, master, ...others]) await each.remove()
  })
  await sentinel.knowsReplicas(others.length)
  const hasBoth = async (port: number) => ((await infoOf(port)).match(/state=online/g) ?? []).length === others.length
  while (!(await hasBoth(master.port)));
  return {
    url: sentinel.url,
    /** The master dies, and comes back as a replica of the one that has taken its place. */
    async failOver() {
      await master.kill()
      let next = -1
      while (next < 0) {
        const roles = await Promise.all(others.map(({ port }) => infoOf(port)))
        next = roles.findIndex((info) => info.includes('role:master'))
      }
      await master.start()
      const [promoted] = others.splice(next, 1, master)
      if (promoted) master = promoted
      while (!(await hasBoth(master.port)));
    },
  }
}

test(`${failovers} masters that die under load take nothing along, where a replica has to have what is written`, {
  timeout: 180_000,
}, async () => {
  const redis = await startTrio()
  const start = async () => {
    const server = createServer({
      ...{ dev: true, retries: { firstMs: 0 } },
      storage: { redis: { url: redis.url, replicas: 1 } },
    })
    await server.start()
    onTestFinished(() => server.close())
    return new Connecting(server)
  }
  await talkThrough(
    [await start(), await start()],
    Array(failovers).fill(() => redis.failOver()),
  )
})
