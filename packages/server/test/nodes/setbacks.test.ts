import { expect, onTestFinished, test } from 'vitest'
import { createServer, type ServerOptions } from '../../src/index.js'
import { type Client, propertyOf } from '../support/client.js'
import { CollectedLog } from '../support/collected-log.js'
import { Connecting } from '../support/connecting.js'
import { nodesOn } from '../support/nodes.js'
import { textOf } from '../support/peer.js'
import { ownPrefix, redisOfItsOwn } from '../support/redis/index.js'
import { askRedis } from '../support/redis/process.js'
import { hearsPlaced, sayUntilTaken } from '../support/said-again.js'

const inbox = 'daak/conversations/+/messages'
const toBob = 'daak/to/bob'

/** A Redis that is brought back to what it had when it was saved. */
const startSavedRedis = async () => {
  const redis = await redisOfItsOwn()
  return {
    ...redis,
    save: () => askRedis(redis.port, 'save'),
    async bringBack() {
      await redis.kill()
      await redis.start()
    },
  }
}

const startNode = async (url: string, partitions = 1, limits: ServerOptions['limits'] = {}) => {
  const log = new CollectedLog()
  const storage = { redis: { url, partitions } }
  const server = createServer({ dev: true, listen: { httpPort: 0 }, storage, log, limits })
  onTestFinished(() => server.close())
  const { httpPort } = await server.start()
  const metrics = async () => (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text()
  return { node: new Connecting(server), log, metrics }
}

/** Said before it was saved, and after it: of these two, the latter is lost. */
const kept = ['one', 'two']
const lost = ['three', 'four', 'five']

const afterwards = [
  ['one', '1', '1', 'true'],
  ['two', '2', '2', undefined],
  ['six', '3', '3', undefined],
]

test('a Redis that is started from an older file is noticed, told, and what is left is heard once and in order', async () => {
  const redis = await startSavedRedis()
  const { node, log, metrics } = await startNode(redis.url)
  const ana = await node.client('ana')
  const bob = await node.client('bob')
  const stays = await node.client('bob', { connection: 'stays', properties: { sessionExpiryInterval: 600 } })
  for (const each of [bob, stays]) await each.subscribe(inbox)
  for (const text of kept) await sayUntilTaken(ana, toBob, text)
  await redis.save()
  for (const text of lost) await sayUntilTaken(ana, toBob, text)
  await stays.hearsTexts(5)
  await bob.hearsTexts(4)
  const since = propertyOf(await bob.hears(), 'pos') as string
  await redis.bringBack()
  await sayUntilTaken(ana, toBob, 'six')
  for (const each of [bob, stays]) expect(await hearsPlaced(each, 3)).toEqual(afterwards)
  const comesBack = await node.client('bob', { connection: 'comes back' })
  await comesBack.subscribe(inbox, { properties: { since } })
  expect(await hearsPlaced(comesBack, 3)).toEqual(afterwards)
  const { fields, level } = await log.take('Redis has less than it had')
  expect({ fields, level }).toMatchObject({ level: 'error', fields: { partition: 0 } })
  expect(fields.commits).toBeGreaterThanOrEqual(lost.length)
  expect(await metrics()).toMatch(/^daakia_redis_setbacks_total 1$/m)
  expect(await metrics()).toMatch(new RegExp(`^daakia_redis_lost_commits_total ${fields.commits}$`, 'm'))
})

test('it is written down once, by one of the nodes, and all begin anew', async () => {
  const redis = await startSavedRedis()
  const [one, other] = [await startNode(redis.url), await startNode(redis.url)]
  const ana = await one.node.client('ana')
  const bob = await other.node.client('bob')
  await bob.subscribe(inbox)
  for (const text of kept) await sayUntilTaken(ana, toBob, text)
  await redis.save()
  for (const text of lost) await sayUntilTaken(ana, toBob, text)
  await bob.hearsTexts(5)
  await redis.bringBack()
  await sayUntilTaken(ana, toBob, 'six')
  expect(await hearsPlaced(bob, 3)).toEqual(afterwards)
  const lines = [one, other].flatMap(({ log }) => log.all('Redis has less than it had'))
  expect(lines).toHaveLength(1)
})

test('a Redis that is started from all that it had is not taken for one', async () => {
  const redis = await startSavedRedis()
  const { node, log } = await startNode(redis.url)
  const ana = await node.client('ana')
  const bob = await node.client('bob')
  await bob.subscribe(inbox)
  for (const text of kept) await sayUntilTaken(ana, toBob, text)
  await bob.hearsTexts(2)
  await redis.save()
  await redis.bringBack()
  await sayUntilTaken(ana, toBob, 'three')
  expect(await hearsPlaced(bob, 1)).toEqual([['three', '3', '3', undefined]])
  expect(log.all('Redis has less')).toEqual([])
})

test('with several partitions, all of which go back at once, everybody begins anew', async () => {
  const redis = await startSavedRedis()
  const { node, log } = await startNode(redis.url, 4)
  const ana = await node.client('ana')
  const names = ['bob', 'cem', 'dia', 'eve', 'fay', 'gus', 'hal', 'ida']
  const people = await Promise.all(names.map((name) => node.client(name)))
  const sayToAll = async (text: string) => {
    for (const name of names) await sayUntilTaken(ana, `daak/to/${name}`, text)
  }
  for (const each of people) await each.subscribe(inbox)
  for (const text of kept) await sayToAll(text)
  for (const each of people) await each.hearsTexts(kept.length)
  await redis.save()
  for (const text of lost) await sayToAll(text)
  for (const each of people) await each.hearsTexts(lost.length)
  await redis.bringBack()
  await sayToAll('six')
  for (const each of people) expect(await hearsPlaced(each, 3)).toEqual(afterwards)
  const partitions = log.all('Redis has less than it had').map(({ partition }) => partition)
  expect(partitions.sort()).toEqual([0, 1, 2, 3])
})

test('who has come, and who has left, in what is lost is told again as it is', async () => {
  const redis = await startSavedRedis()
  const { node } = await startNode(redis.url, 1, { presenceGraceMs: 0 })
  const ana = await node.client('ana')
  await ana.subscribe(ana.replies)
  const leaves = await node.client('leaves')
  for (const name of ['leaves', 'comes']) await sayUntilTaken(ana, `daak/to/${name}`, 'hello')
  const told = async (client: string): Promise<string> => {
    const message = await ana.hears()
    return message.topic === `daak/presence/${client}` ? JSON.parse(textOf(message)).status : told(client)
  }
  await ana.subscribe('daak/presence/+')
  expect(await told('leaves')).toBe('online')
  await redis.save()
  await node.client('comes')
  expect(await told('comes')).toBe('online')
  await leaves.disconnect()
  expect(await told('leaves')).toBe('offline')
  await redis.bringBack()
  await sayUntilTaken(ana, 'daak/to/comes', 'anybody')
  const last = new Map<string | undefined, string>()
  while (last.get('comes') !== 'online' || last.get('leaves') !== 'offline') {
    const message = await ana.hears()
    last.set(message.topic.split('/')[2], JSON.parse(textOf(message)).status)
  }
  expect(await ana.call('presence/read', { clients: ['comes', 'leaves'] })).toMatchObject({
    result: { presences: [{ status: 'online' }, { status: 'offline' }] },
  })
})

test.each(['while its Redis was away', 'in what is lost'])(
  'a kept session whose connection ended %s hears what came in the place of what is lost',
  async (moment) => {
    const redis = await startSavedRedis()
    const { node } = await startNode(redis.url)
    const ana = await node.client('ana')
    const session = { connection: 'kept', cleanStart: false, properties: { sessionExpiryInterval: 600 } }
    const bob = await node.client('bob', session)
    await bob.subscribe(inbox)
    for (const text of kept) await sayUntilTaken(ana, toBob, text)
    await bob.hearsTexts(2)
    await redis.save()
    for (const text of lost) await sayUntilTaken(ana, toBob, text)
    await bob.hearsTexts(3)
    if (moment === 'in what is lost') await bob.disconnect()
    await redis.kill()
    await bob.disconnect()
    await redis.start()
    const said = ['six', 'seven', 'eight', 'nine']
    for (const text of said) await sayUntilTaken(ana, toBob, text)
    const again = await node.client('bob', session)
    const heard: string[] = []
    while (heard.at(-1) !== 'nine') heard.push(textOf(await again.hears()))
    expect(heard.filter((text) => !kept.includes(text))).toEqual(said)
  },
)

test('a kept session that ends before it hears anything again is told, when it is back, that something is lost', async () => {
  const redis = await startSavedRedis()
  const { node, log } = await startNode(redis.url)
  const ana = await node.client('ana')
  const session = { connection: 'kept', cleanStart: false, properties: { sessionExpiryInterval: 600 } }
  const bob = await node.client('bob', session)
  await bob.subscribe(inbox)
  await redis.save()
  await sayUntilTaken(ana, toBob, 'lost')
  await bob.hearsTexts(1)
  await redis.bringBack()
  for (const text of ['is refused', 'is taken']) await sayUntilTaken(ana, 'daak/to/cem', text.replace(' ', '-'))
  await log.take('Redis has less than it had')
  await bob.disconnect()
  for (const text of ['six', 'seven']) await sayUntilTaken(ana, toBob, text)
  const told = [
    ['six', '1', '1', 'true'],
    ['seven', '2', '2', undefined],
  ]
  const back = await node.client('bob', { ...session, silent: true })
  expect(await hearsPlaced(back, 2)).toEqual(told)
  await back.disconnect()
  // Nothing was acknowledged.
  const again = await node.client('bob', session)
  expect(await hearsPlaced(again, 2)).toEqual(told)
  await again.disconnect()
  await sayUntilTaken(ana, toBob, 'eight')
  const last = await node.client('bob', session)
  expect(await hearsPlaced(last, 1)).toEqual([['eight', '3', '3', undefined]])
})

const sendReceived = async (client: Client, text: string) => {
  client.send('news', text, { qos: 2, packetId: 7 })
  expect(await client.answer()).toMatchObject({ type: 'pubrec', reasonCode: 0 })
}

const release = async (client: Client) => {
  client.sendPacket({ type: 'pubrel', packetId: 7, reasonCode: 0 })
  expect(await client.answer()).toMatchObject({ type: 'pubcomp', reasonCode: 0 })
}

/** A session that is kept has released a QoS 2 message, which the Redis that is saved does not know. */
const releasedUnsaved = async () => {
  const redis = await startSavedRedis()
  const prefix = ownPrefix()
  const log = new CollectedLog()
  const start = nodesOn(redis, { log }, { partitions: 1, prefix })
  const [one, two] = [await start(), await start()]
  const session = { connection: 'kept', cleanStart: false, properties: { sessionExpiryInterval: 600 } }
  const bob = await two.client('bob')
  await bob.subscribe('news')
  const ana = await one.client('ana', session)
  const records = () => askRedis(redis.port, 'hvals', `${prefix}{0}:values:sessions`)
  await sendReceived(ana, 'one')
  const received = await records()
  await redis.save()
  await release(ana)
  expect(await bob.hearsTexts(1)).toEqual(['one'])
  /** Resolves when nodes have stored anew what they know. */
  const bringBack = async () => {
    await redis.bringBack()
    while ((await records()) === received);
  }
  const takesAnother = async (node: typeof one) => {
    const again = await node.client('ana', session)
    expect(again.connack.sessionPresent).toBe(true)
    await sendReceived(again, 'two')
    await release(again)
    await again.say('news', 'said then')
    expect(await bob.hearsTexts(1)).toEqual(['two'])
  }
  /** The node that has the session hears nothing of it; the other one has seen more. */
  const bringBackBehind = async () => {
    await sayUntilTaken(bob, 'daak/to/cem', 'lost')
    one.cable.cut()
    await redis.bringBack()
    await log.take('Redis has less than it had')
  }
  return { one, two, ana, session, records, bringBackBehind, bringBack, takesAnother }
}

test('a QoS 2 message is taken, though that the one before it was released is lost, and its node dies', async () => {
  const { one, two, bringBack, takesAnother } = await releasedUnsaved()
  await bringBack()
  one.cable.cut()
  await takesAnother(two)
})

test.each(['the same node', 'another node'])(
  'a QoS 2 message is taken from a kept session that comes back to %s, though the release of the one before it is lost',
  async (where) => {
    const { one, two, ana, records, bringBack, takesAnother } = await releasedUnsaved()
    await ana.disconnect()
    while (!(await records()).includes('disconnectedAt'));
    await bringBack()
    await takesAnother(where === 'another node' ? two : one)
  },
)

test('a QoS 2 message is taken, though that the one before it was released is lost, and its node can store nothing anew', async () => {
  const { two, bringBackBehind, takesAnother } = await releasedUnsaved()
  await bringBackBehind()
  await takesAnother(two)
})

test('a QoS 2 message is taken from a kept session that had come back in what is lost, with the release of the one before it', async () => {
  const { one, two, ana, session, bringBackBehind, takesAnother } = await releasedUnsaved()
  await ana.disconnect()
  expect((await one.client('ana', session)).connack.sessionPresent).toBe(true)
  await bringBackBehind()
  await takesAnother(two)
})
