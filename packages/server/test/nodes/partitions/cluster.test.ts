import { expect, onTestFinished, test } from 'vitest'
import { createServer } from '../../../src/index.js'
import { Connecting } from '../../support/connecting.js'
import { textOf } from '../../support/peer.js'
import { type RedisCluster, startCluster } from '../../support/redis/cluster.js'
import { ownPrefix, sharedRedis } from '../../support/redis/index.js'
import { askRedis } from '../../support/redis/process.js'

let cluster: RedisCluster | undefined
const redis = sharedRedis(async () => {
  cluster = await startCluster()
  return cluster
})

test('people and bots on two nodes over a Cluster: what is stored is on all of its masters', {
  timeout: 30_000,
}, async () => {
  const prefix = ownPrefix()
  const start = async () => {
    const server = createServer({ dev: true, storage: { redis: { url: redis.url, prefix } } })
    await server.start()
    onTestFinished(() => server.close())
    return new Connecting(server)
  }
  const [one, two] = [await start(), await start()]
  const bot = await one.bot('shop', { capacity: 10 })
  const names = Array.from({ length: 10 }, (_, i) => `person-${i}`)
  const people = await Promise.all(names.map((name, i) => (i % 2 === 0 ? one : two).person(name)))
  for (const person of people) {
    await person.say('daak/to/shop', `${person.name} asks`)
    const lease = await bot.lease()
    await bot.commit(lease, [`hello ${person.name}`])
    expect([textOf(await person.hears()), textOf(await person.hears())]).toEqual([
      `${person.name} asks`,
      `hello ${person.name}`,
    ])
  }
  const masters = cluster?.nodes ?? []
  const journals = await Promise.all(masters.map(({ port }) => askRedis(port, 'keys', `${prefix}*:sequence:journal:*`)))
  const counts = journals.map((found) => found.split('\n').filter((key) => key !== '').length)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(people.length)
  expect(counts.map((count) => count > 0)).toEqual([true, true, true])
})
