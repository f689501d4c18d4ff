import { ReasonCode } from '@daakia/protocol/mqtt'
import { expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { nodesOn, type TestNodeServer } from '../support/nodes.js'
import { redisOfItsOwn, type SharedRedis } from '../support/redis/index.js'
import { soon } from './soon.js'

/** Its disk has what it has acknowledged. */
const durable = { appendOnly: true }

const start = (redis: Pick<SharedRedis, 'url'>) => nodesOn(redis)()

/** Says it until it is taken; answers how often that was refused, and what was told then. */
const sayUntilTaken = async (client: Client, topic: string, text: string) => {
  const reasons = new Set<string | undefined>()
  for (;;) {
    const { reasonCode, properties } = await client.say(topic, text)
    if (reasonCode === 0) return reasons
    expect(reasonCode).toBe(ReasonCode.QuotaExceeded)
    reasons.add(properties?.reasonString)
    await soon()
  }
}

/** Connects until the node says that it can't now: from then on it knows that Redis is away. */
const noticed = async (node: TestNodeServer) => {
  for (;;) {
    const { connack } = await node.client('somebody')
    if (connack.reasonCode === ReasonCode.ServerBusy) return connack
    await soon()
  }
}

const tryAgain = 'The server does not reach its store for now: try again in a moment.'

test('while Redis is away connections stay, nothing is acknowledged, and publishers are told to wait', async () => {
  const redis = await redisOfItsOwn(durable)
  const node = await start(redis)
  const [ana, ben] = [await node.person('ana'), await node.person('ben')]
  await ana.say('daak/to/ben', 'before')
  await redis.kill()
  await noticed(node)
  const refused = await ana.say('daak/to/ben', 'lost')
  expect(refused.reasonCode).toBe(ReasonCode.QuotaExceeded)
  expect(refused.properties?.reasonString).toBe(tryAgain)
  await redis.start()
  await sayUntilTaken(ana, 'daak/to/ben', 'after')
  expect(await ben.hearsTexts(2)).toEqual(['before', 'after'])
})

test('while Redis is away nobody is let in, and who tries is told to come again', async () => {
  const redis = await redisOfItsOwn(durable)
  const node = await start(redis)
  await redis.kill()
  expect((await noticed(node)).properties?.reasonString).toBe(tryAgain)
  await redis.start()
  while ((await node.client('ana')).connack.reasonCode !== 0) await soon()
})

test('a session whose messages wait gets them when Redis is back, on the connection that it had', async () => {
  const redis = await redisOfItsOwn(durable)
  const node = await start(redis)
  const kept = { cleanStart: false, properties: { sessionExpiryInterval: 1_000 } }
  const [ana, ben] = [await node.client('ana'), await node.client('ben', { ...kept, silent: true })]
  await ben.subscribe('news')
  await ana.say('news', 'one')
  const first = await ben.hears()
  await redis.kill()
  // That it has it can't be stored now; and is, as soon as it can.
  ben.acknowledge(first)
  await redis.start()
  await sayUntilTaken(ana, 'news', 'two')
  const second = await ben.hears()
  expect(Buffer.from(second.payload).toString()).toBe('two')
  ben.acknowledge(second)
  expect(ben.takeUnheard()).toEqual([])
})

test('a bot goes on with its turn when Redis is back: what it could not commit it commits then', async () => {
  const redis = await redisOfItsOwn(durable)
  const node = await start(redis)
  const bot = await node.bot('shop')
  const ana = await node.person('ana')
  await ana.say('daak/to/shop', 'two large')
  const lease = await bot.lease()
  await redis.kill()
  await noticed(node)
  expect(await bot.tryCommit(lease, ['No.'])).toMatchObject({ error: { message: tryAgain } })
  await redis.start()
  while (!('result' in (await bot.tryCommit(lease, ['Two large ones.'])))) await soon()
  expect(await ana.hearsTexts(2)).toEqual(['two large', 'Two large ones.'])
})

test('a bot that could not tell that its turn failed gets the next one on the connection that it had', async () => {
  const redis = await redisOfItsOwn(durable)
  const node = await nodesOn(redis, { leases: { durationMs: 1_000 } })()
  const bot = await node.bot('shop')
  const ana = await node.person('ana')
  await ana.say('daak/to/shop', 'two large')
  const lease = await bot.lease()
  await redis.kill()
  await noticed(node)
  expect(await bot.fail(lease, { cause: 'a mistake' })).toMatchObject({ error: { message: tryAgain } })
  await redis.start()
  await bot.answer(await bot.lease())
})

test('a node is ready while it reaches its Redis', async () => {
  const redis = await redisOfItsOwn(durable)
  const node = await nodesOn(redis, { listen: { httpPort: 0 } })()
  const ready = async () => (await fetch(`http://127.0.0.1:${node.ports.httpPort}/readyz`)).status
  expect(await ready()).toBe(200)
  await redis.kill()
  while ((await ready()) !== 503) await soon()
  await redis.start()
  while ((await ready()) !== 200) await soon()
})
