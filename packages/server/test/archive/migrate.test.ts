import { join } from 'node:path'
import { directConversation } from '@daakia/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createServer, type MigrationPlace, migrate, type Storage, verify } from '../../src/index.js'
import { Worker } from '../queue/support/worker.js'
import { propertyOf } from '../support/client.js'
import { Connecting } from '../support/connecting.js'
import { nameWhere, partitionAmong } from '../support/names-by-partition.js'
import { textOf } from '../support/peer.js'
import { startCluster } from '../support/redis/cluster.js'
import { ownPrefix, sharedRedis } from '../support/redis/index.js'
import { askRedis } from '../support/redis/process.js'
import { rememberPartition } from '../support/redis/set-back.js'
import { sayUntilTaken } from '../support/said-again.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const redis = sharedRedis()

const start = async (storage: Storage): Promise<Connecting> => {
  const server = createServer({ storage, dev: true, limits: { presenceGraceMs: 0 } })
  await server.start()
  onTestFinished(() => server.close())
  return new Connecting(server)
}

/** A session that is kept. */
const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } } as const

const inRedis = (partitions = 1) => ({ redis: { url: redis.url, prefix: ownPrefix(), partitions } })
const inFolder = async () => ({ folder: join(await temporaryFolder(), 'data') })

/** Leaves some of everything in a store. Answers the position up to which ana has read her inbox. */
const use = async (storage: Storage): Promise<string> => {
  const house = await start(storage)
  const ana = await house.person('ana')
  const bot = await house.bot('shop')
  for (const text of ['one', 'two']) await ana.say('daak/to/shop', text)
  await bot.commit(await bot.lease(), ['First.'], {
    state: { said: 1 },
    timers: { set: [{ id: 'later', delayMs: 3_600_000 }], cancel: [] },
  })
  await ana.hearsTexts(2)
  const position = propertyOf(await ana.hears(), 'pos') ?? ''
  const eve = await house.client('eve', kept)
  await eve.subscribe('prices/+')
  await eve.subscribe('daak/conversations/+/messages')
  await eve.disconnect()
  for (const price of ['3', '4']) await ana.say('prices/tea', price, { retain: price === '4' })
  await ana.say('daak/to/eve', 'for eve')
  await house.server.close()
  return position
}

/** All of it is there, and goes on where it was. */
const goesOn = async (storage: Storage, position: string): Promise<void> => {
  const house = await start(storage)
  const ana = await house.client('ana')
  await ana.subscribe(ana.replies)
  await ana.subscribe('daak/conversations/+/messages', { properties: { since: position } })
  const next = await ana.hears()
  expect(textOf(next)).toBe('for eve')
  expect(propertyOf(next, 'resync')).toBeUndefined()
  const eve = await house.client('eve', kept)
  expect(eve.connack.sessionPresent).toBe(true)
  const heard = [await eve.hears(), await eve.hears(), await eve.hears()].map(textOf)
  expect(heard.sort()).toEqual(['3', '4', 'for eve'])
  const bot = await house.bot('shop')
  const lease = await bot.lease()
  expect(lease).toMatchObject({ attempt: expect.any(Number), revision: 1, state: { said: 1 } })
  expect(lease.events.map(({ payload }) => payload)).toEqual(['two'])
  await bot.commit(lease, ['Second.'], { commitId: 'second' })
  expect(textOf(await ana.hears())).toBe('Second.')
  await ana.subscribe('prices/#')
  expect(await ana.hearsTexts(1)).toEqual(['4'])
  expect(await ana.call('presence/read', { clients: ['eve'] })).toMatchObject({ result: {} })
  await eve.disconnect()
  await house.server.close()
}

test.each([1, 5])(
  'a server is moved from a folder to a Redis of %i partitions and back, and goes on: positions, sessions, queues, states, timers',
  async (partitions) => {
    const [here, there, back]: [MigrationPlace & Storage, MigrationPlace & Storage, { folder: string }] = [
      await inFolder(),
      inRedis(partitions),
      await inFolder(),
    ]
    const position = await use(here)
    const moved = await migrate({ from: here, to: there })
    expect(moved.tables.find(({ table }) => table === 'journal')).toMatchObject({ entries: 4 })
    const again = await migrate({ from: there, to: back })
    expect(again.tables).toEqual(moved.tables)
    expect(await verify({ folder: back.folder })).toMatchObject({ problems: [], compared: true })
    await goesOn(there, position)
    await goesOn(back, position)
  },
  20_000,
)

test('a server is moved from a folder to a Redis Cluster and back, and goes on', async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.remove())
  const there = { redis: { url: cluster.url } }
  const [here, back] = [await inFolder(), await inFolder()]
  const position = await use(here)
  const moved = await migrate({ from: here, to: there })
  // A journal lies where its conversation has its partition: on all of the masters.
  for (const { port } of cluster.nodes) expect(Number(await askRedis(port, 'dbsize'))).toBeGreaterThan(0)
  expect((await migrate({ from: there, to: back })).tables).toEqual(moved.tables)
  await goesOn(there, position)
  await goesOn(back, position)
}, 40_000)

test.each([1, 5])(
  'a server over Redis, in %i partitions, is moved to a folder, and goes on there',
  async (partitions) => {
    const [there, here] = [inRedis(partitions), await inFolder()]
    const position = await use(there)
    await migrate({ from: there, to: here })
    expect(await verify({ folder: here.folder })).toMatchObject({ problems: [], compared: true })
    await goesOn(here, position)
  },
  20_000,
)

test('what was said in a Redis after a partition of it went back is heard where the server was moved to', async () => {
  const [partitions, prefix] = [5, ownPrefix()]
  const there = { redis: { url: redis.url, prefix, partitions } }
  const house = await start(there)
  const partitionOf = partitionAmong(partitions)
  const room = nameWhere('room', (name) => partitionOf(name) !== partitionOf('ana'))
  const ben = nameWhere('ben', (name) => partitionOf(name) !== partitionOf(room))
  const ana = await house.person('ana')
  await ana.call('conversations/create', { id: room, members: [] })
  const say = (text: string) => sayUntilTaken(ana, `daak/conversations/${room}/messages`, text)
  await say('kept')
  const bringBack = await rememberPartition(await redis.link({ prefix }), partitionOf(room))
  await say('lost')
  const guest = await house.client(ben)
  await guest.subscribe(guest.replies)
  // Of who came in and left again with what is lost, nobody knows any more where its messages are.
  await ana.call('conversations/invite', { id: room, clients: [ben] })
  await say('lost-too')
  await guest.call('conversations/leave', { id: room })
  await bringBack()
  for (const text of ['new', 'newer', 'newest']) await say(text)
  await house.server.close()
  const folder = await inFolder()
  await migrate({ from: there, to: folder })
  expect(await verify(folder)).toMatchObject({ problems: [] })
  const moved = await start(folder)
  const comesBack = await moved.client('ana')
  await comesBack.subscribe('daak/conversations/+/messages', { properties: { since: '1:0' } })
  expect(await comesBack.hearsTexts(4)).toEqual(['kept', 'new', 'newer', 'newest'])
  const stranger = await moved.client(ben)
  await stranger.subscribe('daak/conversations/+/messages', { properties: { since: '1:0' } })
  await comesBack.say(`daak/to/${ben}`, 'for ben')
  expect(await stranger.hearsTexts(1)).toEqual(['for ben'])
}, 20_000)

test('what a queue has not handled after a partition went back is handled where the server was moved to', async () => {
  const [partitions, prefix] = [5, ownPrefix()]
  const there = { redis: { url: redis.url, prefix, partitions } }
  const house = await start(there)
  const partitionOf = partitionAmong(partitions)
  const conversationOf = (name: string) => directConversation(name, 'desk')
  const goesBack = nameWhere('person', (name) => partitionOf(conversationOf(name)) !== partitionOf('desk'))
  // Nothing of it is on its way to elsewhere when the other goes back.
  const stays = nameWhere('person', (name) =>
    [name, conversationOf(name)].every((each) => partitionOf(each) === partitionOf('desk')),
  )
  const [said, other] = [await house.client(goesBack), await house.client(stays)]
  const worker = await Worker.connect(house, 'desk')
  await other.say('daak/to/desk', 'is not handled')
  await worker.gets()
  const say = (text: string) => sayUntilTaken(said, 'daak/to/desk', text)
  const link = await redis.link({ prefix })
  const bringBack = await rememberPartition(link, partitionOf(conversationOf(goesBack)))
  for (const text of ['lost', 'too']) {
    await say(text)
    expect(await worker.handles()).toBe(text)
  }
  await bringBack()
  await worker.client.disconnect()
  for (const text of ['new', 'newer']) await say(text)
  await house.server.close()
  const folder = await inFolder()
  await migrate({ from: there, to: folder })
  const moved = await start(folder)
  const goesOn = await Worker.connect(moved, 'desk')
  expect((await goesOn.handlesAll(3)).sort()).toEqual(['is not handled', 'new', 'newer'])
}, 20_000)
