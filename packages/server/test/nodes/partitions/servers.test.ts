import { expect, test } from 'vitest'
import { createServer } from '../../../src/index.js'
import { nameWhere, partitionAmong } from '../../support/names-by-partition.js'
import { nodesOn } from '../../support/nodes.js'
import { textOf } from '../../support/peer.js'
import { ownPrefix, sharedRedis } from '../../support/redis/index.js'

const redis = sharedRedis()
const partitions = 8

const partitionOf = partitionAmong(partitions)

/** Somebody whose inbox lies elsewhere than ana's and the conversations of the two. */
const name = nameWhere(
  'ben',
  (each) => ![partitionOf('ana'), partitionOf(`ana~${each}`), partitionOf('team')].includes(partitionOf(each)),
)

/** Nothing can come to that partition from others while a key is not what it should be. Answers the way to end that. */
const block = async (prefix: string, partition: number): Promise<() => Promise<void>> => {
  const link = await redis.link({ prefix })
  const key = `${prefix}{${partition}}:values:projected`
  const isThere = (await link.call('exists', key)) === 1
  if (isThere) await link.call('rename', key, `${key}-aside`)
  await link.call('set', key, 'in the way')
  return async () => void (await (isThere ? link.call('rename', `${key}-aside`, key) : link.call('del', key)))
}

test('what was said comes to its inbox within seconds where the node that took it dies before it has brought it there', {
  timeout: 30_000,
}, async () => {
  const prefix = ownPrefix()
  const start = nodesOn(redis, {}, { partitions, prefix })
  const [one, two] = [await start(), await start()]
  const ana = await one.person('ana')
  const ben = await two.person(name)
  await ana.say(`daak/to/${name}`, 'first')
  expect(textOf(await ben.hears())).toBe('first')
  const unblock = await block(prefix, partitionOf(name))
  expect((await ana.say(`daak/to/${name}`, 'second')).reasonCode).toBe(0)
  one.cable.cut()
  await unblock()
  expect(textOf(await ben.hears())).toBe('second')
  await ben.say('daak/to/ana', 'third')
  expect(textOf(await ben.hears())).toBe('third')
})

test('who was brought into a conversation is told late where that could not be brought to them, with all that was said since', {
  timeout: 30_000,
}, async () => {
  const prefix = ownPrefix()
  const start = nodesOn(redis, {}, { partitions, prefix })
  const [one, two] = [await start(), await start()]
  const ana = await one.person('ana')
  const ben = await two.person(name)
  await ben.subscribe('daak/roster/+')
  const unblock = await block(prefix, partitionOf(name))
  const created = await ana.call('conversations/create', { id: 'team', members: [name] })
  expect(created).toMatchObject({ result: { id: 'team', members: ['ana', name] } })
  expect((await ana.say('daak/conversations/team/messages', 'hello')).reasonCode).toBe(0)
  expect(textOf(await ana.hears())).toBe('hello')
  expect(await ben.call('roster/read', {})).toMatchObject({ result: { entries: [] } })
  await unblock()
  const heard = new Set<string>()
  while (heard.size < 2) heard.add((await ben.hears()).topic)
  expect([...heard].sort()).toEqual(['daak/conversations/team/messages', 'daak/roster/team'])
  await ben.say('daak/conversations/team/messages', 'hello yourself')
  expect(textOf(await ana.hears())).toBe('hello yourself')
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
