import { ReasonCode } from '@daakia/protocol/mqtt'
import { expect, test } from 'vitest'
import { CollectedLog } from '../support/collected-log.js'
import { nodesOn } from '../support/nodes.js'
import { redisOfItsOwn } from '../support/redis/index.js'
import { askRedis } from '../support/redis/process.js'

const noRoom = 'The server has no room for more: try again later.'

/** A Redis of the test's own, which is full while it is said to be. */
const redisToFill = async () => {
  const redis = await redisOfItsOwn()
  const limit = (bytes: number) => askRedis(redis.port, 'config', 'set', 'maxmemory', String(bytes))
  return { ...redis, fill: () => limit(1), makeRoom: () => limit(0) }
}

test('while Redis is full connections stay, nothing is acknowledged, and publishers are told to wait', async () => {
  const redis = await redisToFill()
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, ben] = [await one.person('ana'), await two.person('ben')]
  await ana.say('daak/to/ben', 'before')
  await redis.fill()
  for (const text of ['lost', 'lost too']) {
    const refused = await ana.say('daak/to/ben', text)
    expect(refused.reasonCode).toBe(ReasonCode.QuotaExceeded)
    expect(refused.properties?.reasonString).toBe(noRoom)
  }
  const { connack } = await two.client('cem')
  expect([connack.reasonCode, connack.properties?.reasonString]).toEqual([ReasonCode.QuotaExceeded, noRoom])
  await redis.makeRoom()
  expect((await ana.say('daak/to/ben', 'after')).reasonCode).toBe(0)
  expect(await ben.hearsTexts(2)).toEqual(['before', 'after'])
  expect((await two.client('cem')).connack.reasonCode).toBe(0)
})

test('what is kept nowhere, and what is only read, goes on meanwhile', async () => {
  const redis = await redisToFill()
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, ben] = [await one.person('ana'), await two.person('ben')]
  await ben.subscribe('news')
  await ben.subscribe('daak/conversations/+/signals')
  await ana.say('daak/to/ben', 'before')
  await redis.fill()
  await ana.say('news', 'plain')
  ana.send('daak/conversations/ana~ben/signals', 'typing', { qos: 0 })
  expect(await ben.hearsTexts(3)).toEqual(['before', 'plain', 'typing'])
  const { result } = (await ana.call('history/read', { conversation: 'ana~ben', limit: 10 })) as {
    result: { messages: unknown[] }
  }
  expect(result.messages).toHaveLength(1)
})

test('is said in the log once, and that there is room again', async () => {
  const redis = await redisToFill()
  const log = new CollectedLog()
  const node = await nodesOn(redis, { log })()
  const ana = await node.person('ana')
  await redis.fill()
  for (let n = 0; n < 3; n++) await ana.say('daak/to/ben', 'lost')
  await redis.makeRoom()
  await ana.say('daak/to/ben', 'after')
  await ana.say('daak/to/ben', 'and after')
  const about = log.lines.filter(({ message }) => /Redis (is full|has room)/.test(message))
  expect(about.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'Redis is full'],
    ['info', 'Redis has room again'],
  ])
})

test('a bot that could not commit its turn commits it when there is room', async () => {
  const redis = await redisToFill()
  const node = await nodesOn(redis)()
  const bot = await node.bot('shop')
  const ana = await node.person('ana')
  await ana.say('daak/to/shop', 'two large')
  const lease = await bot.lease()
  await redis.fill()
  expect(await bot.tryCommit(lease, ['No.'])).toMatchObject({ error: { message: noRoom } })
  await redis.makeRoom()
  expect(await bot.tryCommit(lease, ['Two large ones.'])).toHaveProperty('result')
  expect(await ana.hearsTexts(2)).toEqual(['two large', 'Two large ones.'])
})
