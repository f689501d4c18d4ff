import { onTestFinished, test } from 'vitest'
import { createServer } from '../../src/index.js'
import { Connecting } from '../support/connecting.js'
import { startRedis } from '../support/redis/index.js'
import { askRedis } from '../support/redis/process.js'
import { startSentinel } from '../support/redis/sentinel.js'
import { talkThrough } from '../support/talk-through.js'

const failovers = 2

const infoOf = (port: number) => askRedis(port, 'info', 'replication').catch(() => '')

/** A master and its replica, which a Sentinel has take its place. */
const startPair = async () => {
  let master = await startRedis()
  let replica = await startRedis({ replicaOf: master.port })
  const sentinel = await startSentinel(master.port)
  const all = [sentinel, master, replica]
  onTestFinished(async () => {
    for (const each of all) await each.remove()
  })
  await sentinel.knowsReplicas(1)
  const hasReplica = async (port: number) => (await infoOf(port)).includes('state=online')
  while (!(await hasReplica(master.port)));
  return {
    url: sentinel.url,
    /** The master dies, and comes back as the replica of the one that has taken its place. */
    async failOver() {
      await master.kill()
      while (!(await infoOf(replica.port)).includes('role:master'));
      await master.start()
      await askRedis(master.port, 'replicaof', '127.0.0.1', `${replica.port}`)
      const before = master
      master = replica
      replica = before
      while (!(await hasReplica(master.port)));
      await sentinel.names(master.port)
    },
  }
}

test(`${failovers} masters that die under load take nothing along, where a replica has to have what is written`, {
  timeout: 180_000,
}, async () => {
  const redis = await startPair()
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
