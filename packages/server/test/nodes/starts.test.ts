import { expect, onTestFinished, test } from 'vitest'
import { createServer } from '../../src/index.js'
import { CollectedLog } from '../support/collected-log.js'
import { startCluster, untilState } from '../support/redis/cluster.js'
import type { RedisProcess } from '../support/redis/process.js'

const isTriedAgain = 'can not start for now'

/** A Cluster that has just lost one of its masters, and a node that is about to start. */
const nodeWithoutMaster = async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.remove())
  const [lost, ...others] = cluster.nodes as [RedisProcess, ...RedisProcess[]]
  await lost.kill()
  await untilState('fail', others)
  const log = new CollectedLog()
  const server = createServer({ dev: true, log, storage: { redis: { url: cluster.url } } })
  onTestFinished(() => server.close())
  return { lost, log, server }
}

test('a node that starts while a master is away says so, and has started when it is back', async () => {
  const { lost, log, server } = await nodeWithoutMaster()
  const starting = server.start()
  expect((await log.take(isTriedAgain)).fields.problem).toMatch(/is away: work goes on by itself when it is back/)
  await lost.start()
  await starting
})

test('a node that waits for its Redis to start can be stopped', async () => {
  const { log, server } = await nodeWithoutMaster()
  const starting = server.start()
  const ended = expect(starting).rejects.toMatchObject({ reason: 'away' })
  await log.take(isTriedAgain)
  await server.close()
  await ended
})
