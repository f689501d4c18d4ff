import { expect, test } from 'vitest'
import { createServer } from '../../../src/index.js'
import { numberOf } from '../../../src/kv/partitions/number-of.js'
import { nodesOn } from '../../support/nodes.js'
import { textOf } from '../../support/peer.js'
import { ownPrefix, sharedRedis } from '../../support/redis/index.js'

const redis = sharedRedis()
const partitions = 8
const vendor = 'dev'

const partitionOf = (name: string): number => numberOf(vendor, name, partitions)

/** Somebody whose inbox lies elsewhere than these. */
const nameBeside = (...taken: readonly number[]): string =>
  Array.from({ length: 100 }, (_, i) => `ben-${i}`).find((name) => !taken.includes(partitionOf(name))) as string

test('what was said comes to its inbox within seconds where the node that took it dies before it has brought it there', {
  timeout: 30_000,
}, async () => {
  const prefix = ownPrefix()
  const start = nodesOn(redis, {}, { partitions, prefix })
  const [one, two] = [await start(), await start()]
  const link = await redis.link({ prefix })
  const ana = await one.person('ana')
  const name = nameBeside(partitionOf('ana'))
  const ben = await two.person(name)
  await ana.say(`daak/to/${name}`, 'first')
  expect(textOf(await ben.hears())).toBe('first')
  // Nothing can be written to that partition while this key is not what it should be.
  const blocked = `${prefix}{${partitionOf(name)}}:values:projected`
  await link.call('rename', blocked, `${blocked}-aside`)
  await link.call('set', blocked, 'in the way')
  expect((await ana.say(`daak/to/${name}`, 'second')).reasonCode).toBe(0)
  one.cable.cut()
  await link.call('rename', `${blocked}-aside`, blocked)
  expect(textOf(await ben.hears())).toBe('second')
  await ben.say('daak/to/ana', 'third')
  expect(textOf(await ben.hears())).toBe('third')
})

test('a number of partitions is settled by the first node: another is refused, and none takes it as it is', async () => {
  const prefix = ownPrefix()
  const start = nodesOn(redis, {}, { partitions, prefix })
  await start()
  const withPartitions = (more: { partitions?: number }) =>
    createServer({ dev: true, storage: { redis: { url: redis.url, prefix, ...more } } })
  await expect(withPartitions({ partitions: 4 }).start()).rejects.toThrow(/made with 8 partitions, and not with 4/)
  const third = withPartitions({})
  await third.start()
  await third.close()
  expect(() => withPartitions({ partitions: 0 })).toThrow(/partitions must be a whole number from 1 to 1024/)
})
