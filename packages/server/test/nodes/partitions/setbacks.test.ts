import { directConversation } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RedisLink } from '../../../src/redis/link.js'
import { Worker } from '../../queue/support/worker.js'
import { type Client, propertyOf } from '../../support/client.js'
import { CollectedLog } from '../../support/collected-log.js'
import { Gate } from '../../support/gate.js'
import { nameWhere, partitionAmong } from '../../support/names-by-partition.js'
import { nodesOn } from '../../support/nodes.js'
import { Operator } from '../../support/operator.js'
import { textOf } from '../../support/peer.js'
import { ownPrefix, sharedRedis } from '../../support/redis/index.js'
import { rememberPartition } from '../../support/redis/set-back.js'
import { hearsPlaced, placed, sayUntilTaken } from '../../support/said-again.js'

const redis = sharedRedis()
const partitions = 8
const messages = 'daak/conversations/+/messages'
const inTeam = 'daak/conversations/team/messages'

const partitionOf = partitionAmong(partitions)
const home = partitionOf('team')

/** People whose inboxes lie elsewhere than the conversation, and one whose does not. */
const names = Array.from({ length: 100 }, (_, i) => `person-${i}`)
const [anaName = '', benName = ''] = names.filter((each) => partitionOf(each) !== home)
const cyName = nameWhere('person', (each) => partitionOf(each) === home)

const open = async () => {
  const prefix = ownPrefix()
  const start = nodesOn(redis, {}, { partitions, prefix })
  const [one, two] = [await start(), await start()]
  const link = await redis.link({ prefix })
  const [ana, ben, cy] = [await one.client(anaName), await two.client(benName), await two.client(cyName)]
  for (const each of [ana, ben, cy]) await each.subscribe(each.replies)
  return { link, one, two, ana, ben, cy, remember: (partition = home) => rememberPartition(link, partition) }
}

const create = (client: Client, id: string, members: readonly string[]) =>
  client.call('conversations/create', { id, members })

test('where the partition of a conversation goes back, members whose inboxes lie elsewhere hear what is said then, once, and are told', async () => {
  const { one, two, ana, ben, cy, remember } = await open()
  await create(ana, 'team', [benName, cyName])
  const away = await one.client(benName, { connection: 'away', properties: { sessionExpiryInterval: 600 } })
  for (const each of [ben, cy, away]) await each.subscribe(messages)
  for (const text of ['one', 'two']) await sayUntilTaken(ana, inTeam, text)
  const bringBack = await remember()
  for (const text of ['three', 'four', 'five']) await sayUntilTaken(ana, inTeam, text)
  const heard: PublishPacket[] = []
  while (heard.length < 5) heard.push(await ben.hears())
  await cy.hearsTexts(5)
  await away.hearsTexts(5)
  await away.disconnect()
  await bringBack()
  for (const text of ['six', 'seven', 'eight', 'nine']) await sayUntilTaken(ana, inTeam, text)
  const afterwards = [
    ['six', '3', '6', 'true'],
    ['seven', '4', '7', undefined],
    ['eight', '5', '8', undefined],
    ['nine', '6', '9', undefined],
  ]
  expect(await hearsPlaced(ben, 4)).toEqual(afterwards)
  expect((await hearsPlaced(cy, 6)).map(([text]) => text)).toEqual(['one', 'two', 'six', 'seven', 'eight', 'nine'])
  const isBack = await one.client(benName, {
    ...{ connection: 'away', cleanStart: false },
    properties: { sessionExpiryInterval: 600 },
  })
  expect(await hearsPlaced(isBack, 4)).toEqual(afterwards)
  const [first, second] = heard as [PublishPacket, PublishPacket]
  for (const [after, expected] of [
    [heard.at(-1), afterwards],
    [first, [placed(second), ...afterwards]],
  ] as const) {
    const since = propertyOf(after as PublishPacket, 'pos') as string
    const comesBack = await two.client(benName, { connection: `since ${since}` })
    await comesBack.subscribe(messages, { properties: { since } })
    expect(await hearsPlaced(comesBack, expected.length)).toEqual(expected)
  }
})

test('what is said at a node that has seen nothing of what is lost, before anybody has noticed, comes to all', async () => {
  const { ana, ben, cy, remember } = await open()
  await create(ana, 'team', [benName, cyName])
  for (const each of [ben, cy]) await each.subscribe(messages)
  await sayUntilTaken(cy, inTeam, 'kept')
  const bringBack = await remember()
  await sayUntilTaken(ana, inTeam, 'lost')
  expect(await hearsPlaced(ben, 2)).toEqual([
    ['kept', '1', '1', undefined],
    ['lost', '2', '2', undefined],
  ])
  await bringBack()
  await sayUntilTaken(cy, inTeam, 'unnoticed')
  expect(await hearsPlaced(ben, 1)).toEqual([['unnoticed', '2', '3', 'true']])
  for (const text of ['next', 'last']) await sayUntilTaken(ana, inTeam, text)
  expect((await hearsPlaced(ben, 2)).map(([text, seq]) => [text, seq])).toEqual([
    ['next', '3'],
    ['last', '4'],
  ])
})

test('who is in a conversation that is lost, or came into one with what is lost, is told that it is not', async () => {
  const { ana, ben, cy, remember } = await open()
  await create(ana, 'team', [cyName])
  const lost = nameWhere('lost', (each) => partitionOf(each) === home)
  const bringBack = await remember()
  await ben.subscribe('daak/roster/+')
  await create(ana, lost, [benName])
  await ana.call('conversations/invite', { id: 'team', clients: [benName] })
  const rosterTopics = async () => [(await ben.hears()).topic, (await ben.hears()).topic].sort()
  expect(await rosterTopics()).toEqual([`daak/roster/${lost}`, 'daak/roster/team'].sort())
  await bringBack()
  await sayUntilTaken(cy, inTeam, 'hello')
  // What it was told before it may be told again.
  const taken = new Set<string>()
  while (taken.size < 2) {
    const told = await ben.hears()
    if (textOf(told) === '') taken.add(told.topic)
  }
  expect([...taken].sort()).toEqual([`daak/roster/${lost}`, 'daak/roster/team'].sort())
  expect(await ben.call('roster/read', {})).toMatchObject({ result: { entries: [] } })
})

test.each([
  ['an id of its own', [['id', 'told']]],
  ['one that the server gave it', []],
] as const)('a QoS 2 message with %s is taken once more where it is lost, and sent again', async (_, properties) => {
  const { one, two, ana, ben, cy, remember } = await open()
  await create(ana, 'team', [benName, cyName])
  await ben.subscribe(messages)
  const session = { connection: 'kept', cleanStart: false, properties: { sessionExpiryInterval: 600 } }
  const told = { qos: 2, packetId: 7, properties: properties.map(([name, value]) => [name, value] as const) } as const
  const kept = await one.client(anaName, session)
  await sayUntilTaken(cy, inTeam, 'first')
  expect(await ben.hearsTexts(1)).toEqual(['first'])
  const bringBack = await remember()
  kept.send(inTeam, 'told', told)
  expect(await kept.answer()).toMatchObject({ type: 'pubrec', reasonCode: 0 })
  expect(await ben.hearsTexts(1)).toEqual(['told'])
  await kept.disconnect()
  await bringBack()
  // By the node that has seen what is lost.
  await sayUntilTaken(ana, inTeam, 'noticed')
  expect(await ben.hearsTexts(1)).toEqual(['noticed'])
  const again = await two.client(anaName, session)
  for (const _ of ['lost', 'there']) {
    again.send(inTeam, 'told', { ...told, dup: true })
    expect(await again.answer()).toMatchObject({ type: 'pubrec', reasonCode: 0 })
  }
  await sayUntilTaken(cy, inTeam, 'last')
  expect(await ben.hearsTexts(2)).toEqual(['told', 'last'])
})

/** A queue of a desk whose floor is kept where it is, and what brings its other conversation back. */
const openDesk = async (options: Parameters<typeof nodesOn>[1] = {}) => {
  const prefix = ownPrefix()
  const node = await nodesOn(redis, options, { partitions, prefix })()
  const conversationOf = (name: string) => directConversation(name, 'desk')
  const [goesBack = '', stays = ''] = names.filter(
    (name, i) =>
      partitionOf(conversationOf(name)) !== partitionOf('desk') &&
      names.findIndex((each) => partitionOf(conversationOf(each)) === partitionOf(conversationOf(name))) === i,
  )
  const [said, other] = [await node.client(goesBack), await node.client(stays)]
  const worker = await Worker.connect(node, 'desk', { connection: 'one' })
  await other.say('daak/to/desk', 'is not handled')
  await worker.gets()
  const say = async (text: string) => {
    while ((await said.say('daak/to/desk', text, { properties: [['id', text]] })).reasonCode !== 0)
      await new Promise(setImmediate)
  }
  const link = await redis.link({ prefix })
  const conversation = conversationOf(goesBack)
  return { node, worker, say, conversation, remember: () => rememberPartition(link, partitionOf(conversation)) }
}

const handlesAfterIsSaid = async (worker: Worker, say: (text: string) => Promise<void>, texts: readonly string[]) => {
  for (const text of texts) {
    await say(text)
    expect(await worker.handles()).toBe(text)
  }
}

test('a queue gives out what is said then, though what had its number before was handled', async () => {
  const { worker, say, remember } = await openDesk()
  await handlesAfterIsSaid(worker, say, ['kept'])
  const bringBack = await remember()
  await handlesAfterIsSaid(worker, say, ['lost', 'too'])
  await bringBack()
  await handlesAfterIsSaid(worker, say, ['new', 'newer', 'newest'])
})

test('a queue gives out what is said then, though what had its number before is handled later', async () => {
  const { worker, say, remember } = await openDesk()
  await handlesAfterIsSaid(worker, say, ['kept'])
  const bringBack = await remember()
  await say('lost')
  const lost = await worker.gets()
  for (const text of ['too', 'third']) await say(text)
  await bringBack()
  await say('new')
  worker.client.acknowledge(lost)
  const next = await worker.gets()
  expect(textOf(next)).toBe('new')
  for (const text of ['newer', 'newest']) await say(text)
  worker.client.acknowledge(next)
  expect(await worker.handlesAll(2)).toEqual(['newer', 'newest'])
})

test('a queue gives out what is said then once, also where the queue is opened again', async () => {
  const { node, worker, say, remember } = await openDesk()
  await handlesAfterIsSaid(worker, say, ['kept'])
  const bringBack = await remember()
  await handlesAfterIsSaid(worker, say, ['lost', 'too'])
  await bringBack()
  await handlesAfterIsSaid(worker, say, ['new', 'newer', 'newest'])
  await worker.client.disconnect()
  const next = await Worker.connect(node, 'desk', { connection: 'two' })
  expect(await next.handles()).toBe('is not handled')
  await handlesAfterIsSaid(next, say, ['last'])
})

test('a queue gives out what is said then once more, where it became a dead letter that is retried', async () => {
  const { node, worker, say, conversation, remember } = await openDesk({ queues: { tries: 1 } })
  const bringBack = await remember()
  await say('lost')
  expect(await worker.handles()).toBe('lost')
  await bringBack()
  await say('poison')
  await worker.fails(await worker.gets())
  await handlesAfterIsSaid(worker, say, ['later'])
  const operator = await Operator.connect(node)
  const id = `${conversation}/desk/1/workers`
  expect(await operator.call('dead-letters/retry', { ids: [id] })).toMatchObject({ done: [id] })
  expect(await worker.handles()).toBe('poison')
})

test('what is said then has all its tries in a queue, though what had its number before had failed', async () => {
  const { node, worker, say, remember } = await openDesk({ queues: { tries: 2 }, retries: { firstMs: 0 } })
  await handlesAfterIsSaid(worker, say, ['kept'])
  const bringBack = await remember()
  await say('lost')
  await worker.fails(await worker.gets())
  const lost = await worker.gets()
  expect([textOf(lost), propertyOf(lost, 'attempt')]).toEqual(['lost', '2'])
  await worker.client.disconnect()
  await bringBack()
  await say('new')
  const next = await Worker.connect(node, 'desk', { connection: 'two', capacity: 2 })
  for (const attempt of ['1', '2']) {
    const found = [await next.gets()]
    while (textOf(found.at(-1) as PublishPacket) !== 'new') found.push(await next.gets())
    const again = found.at(-1) as PublishPacket
    expect(propertyOf(again, 'attempt')).toBe(attempt)
    await next.fails(again)
  }
  const operator = await Operator.connect(node)
  expect(await operator.call('dead-letters/list', {})).toMatchObject({
    letters: [{ tries: [expect.anything(), expect.anything()] }],
  })
})

test('what is lost is no dead letter in the place of what has its number then', async () => {
  const { node, worker, say, conversation, remember } = await openDesk({ queues: { tries: 1 } })
  const bringBack = await remember()
  await say('lost')
  const lost = await worker.gets()
  await bringBack()
  await say('new')
  await worker.fails(lost)
  expect(await worker.handles()).toBe('new')
  const operator = await Operator.connect(node)
  expect(await operator.call('dead-letters/list', { conversation })).toMatchObject({ letters: [] })
})

/**
 * A partition has gone back, and does so once more while no node runs, to before that. Where `nothingWaits`, all that was said in it by then has
 * come to everybody: nobody looks at it for that.
 */
const goFarBack = async ({ nothingWaits = false } = {}) => {
  const log = new CollectedLog()
  const prefix = ownPrefix()
  const start = nodesOn(redis, { log }, { partitions, prefix })
  const link = await redis.link({ prefix })
  const before = await start()
  const ana = await before.client(anaName)
  await ana.subscribe(ana.replies)
  await create(ana, 'team', [benName, cyName])
  await sayUntilTaken(ana, inTeam, 'one')
  while (nothingWaits && (await link.call('exists', feedsAt(link))) === 1);
  const bringFarBack = await rememberPartition(link, home)
  await sayUntilTaken(ana, inTeam, 'lost')
  await bringFarBack()
  for (const text of ['two', 'three', 'four']) await sayUntilTaken(ana, inTeam, text)
  const witnesses = Array.from({ length: partitions }, (_, at) => `${link.prefix}{${at}}:values:heard-setbacks`)
  while ((await link.call('exists', witnesses[partitionOf(benName)] as string)) === 0);
  await before.server.close()
  await bringFarBack()
  return { log, link, witnesses, start }
}

const feedsAt = ({ prefix }: RedisLink) => `${prefix}{${home}}:values:feeds`

const isTold = (log: CollectedLog) => log.all('bring all its masters back to the same moment')

test('where one goes back while no node runs, to before others heard that it had, that is noticed before anything is said', async () => {
  const { log, start } = await goFarBack()
  const node = await start()
  expect(isTold(log)).toEqual([{ partition: home }])
  const [ben, cy] = [await node.client(benName), await node.client(cyName)]
  for (const each of [ben, cy]) await each.subscribe(messages)
  const texts = ['five', 'six', 'seven', 'eight', 'nine']
  for (const text of texts) await sayUntilTaken(cy, inTeam, text)
  expect((await hearsPlaced(ben, 5)).map(([text, seq, , resync]) => [text, seq, resync])).toEqual(
    texts.map((text, i) => [text, `${i + 2}`, i === 0 ? 'true' : undefined]),
  )
  expect(await cy.hearsTexts(5)).toEqual(texts)
})

test('where others had not heard of it, that is noticed with what is said there', async () => {
  const { log, link, witnesses, start } = await goFarBack()
  for (const witness of witnesses) await link.call('del', witness, witness.replace(':values:', ':keys:'))
  const node = await start()
  const [ben, cy] = [await node.client(benName), await node.client(cyName)]
  for (const each of [ben, cy]) await each.subscribe(messages)
  await sayUntilTaken(cy, inTeam, 'makes-it-known')
  expect(isTold(log)).toEqual([{ partition: home }])
  for (const text of ['five', 'six']) await sayUntilTaken(cy, inTeam, text)
  const heard = [await ben.hears()]
  while (textOf(heard.at(-1) as PublishPacket) !== 'six') heard.push(await ben.hears())
  expect(heard.map(textOf).slice(-2)).toEqual(['five', 'six'])
  expect(heard.map((each) => propertyOf(each, 'resync')).indexOf('true')).toBe(0)
})

test('where those who had heard of it were away when a node started, they are asked when they are back', async () => {
  const { log, link, witnesses, start } = await goFarBack({ nothingWaits: true })
  const keys = witnesses.flatMap((witness) => [witness, witness.replace(':values:', ':keys:')])
  const kept = await Promise.all(keys.map(async (key) => [key, await link.call('dump', key)] as const))
  await link.call('del', ...keys)
  const node = await start()
  expect(isTold(log)).toEqual([])
  for (const [key, dump] of kept) if (dump) await link.call('restore', key, 0, dump as Buffer)
  node.cable.cut()
  node.cable.mend()
  while (isTold(log).length === 0) await new Promise(setImmediate)
  expect(isTold(log)).toEqual([{ partition: home }])
})

test('where the partition of an inbox goes back, it is given again what came from conversations of others, in order', async () => {
  const { link, two, ana, ben, remember } = await open()
  await create(ana, 'team', [benName, cyName])
  await ben.subscribe(messages)
  await sayUntilTaken(ana, inTeam, 'one')
  const bringBack = await remember(partitionOf(benName))
  for (const text of ['two', 'three']) await sayUntilTaken(ana, inTeam, text)
  await ben.hearsTexts(2)
  const since = propertyOf(await ben.hears(), 'pos') as string
  // What has come to everybody is taken from the feed.
  while ((await link.call('exists', feedsAt(link))) === 1);
  await bringBack()
  await sayUntilTaken(ana, inTeam, 'four')
  const texts = ['one', 'two', 'three', 'four']
  const comesBack = await two.client(benName, { connection: 'comes back' })
  await comesBack.subscribe(messages, { properties: { since } })
  for (const each of [ben, comesBack]) {
    const heard = await hearsPlaced(each, 4)
    expect(heard.map(([text]) => text)).toEqual(texts)
    expect(heard[0]?.[3]).toBe('true')
  }
})

/** Writes to this partition wait until the gate is opened. */
const holdWritesTo = (partition: number): Gate => {
  const gate = new Gate()
  const { runSafely } = RedisLink.prototype
  const spy = vi.spyOn(RedisLink.prototype, 'runSafely').mockImplementation(async function (this: RedisLink, ...asked) {
    if (asked[1][0]?.includes(`{${partition}}`)) await gate.pass()
    return runSafely.apply(this, asked)
  })
  onTestFinished(() => spy.mockRestore())
  return gate
}

test('what waits to be acknowledged behind something else, and is lost meanwhile, is in doubt', async () => {
  const { one, ana, cy, remember } = await open()
  const taken = [anaName, benName, cyName].map(partitionOf)
  const elsewhere = nameWhere('room', (each) => !taken.includes(partitionOf(each)))
  await create(ana, 'team', [benName, cyName])
  await create(ana, elsewhere, [])
  await cy.subscribe(messages)
  const anaAgain = await one.client(anaName, { connection: 'again' })
  const bringBack = await remember()
  const held = holdWritesTo(partitionOf(elsewhere))
  ana.send(`daak/conversations/${elsewhere}/messages`, 'first', { qos: 1, packetId: 1 })
  await held.reached
  ana.send(inTeam, 'second', { qos: 1, packetId: 2 })
  expect(textOf(await cy.hears())).toBe('second')
  await bringBack()
  await sayUntilTaken(anaAgain, inTeam, 'third')
  held.open()
  expect(await ana.answer()).toMatchObject({ type: 'puback', packetId: 1, reasonCode: ReasonCode.Success })
  expect(await ana.answer()).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.ServerBusy })
})
