import { RpcCode } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import { expect, test } from 'vitest'
import { Worker, type WorkerFields } from '../../queue/support/worker.js'
import { type Client, propertyOf } from '../../support/client.js'
import type { Connecting } from '../../support/connecting.js'
import { nodesOn } from '../../support/nodes.js'
import { textOf } from '../../support/peer.js'
import { sharedRedis } from '../../support/redis/index.js'
import { soon } from '../soon.js'

const redis = sharedRedis()

const open = async (count = 2) => {
  const start = nodesOn(redis)
  const nodes = []
  for (let i = 0; i < count; i++) nodes.push(await start())
  const [one, two, three] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]]
  return { start, one, two, three }
}

const join = (node: Connecting, connection: string, fields: WorkerFields = {}) =>
  Worker.connect(node, 'desk', { connection, ...fields })

const conversationOf = ({ topic }: PublishPacket) => topic.split('/')[2] as string

/** Handles all that comes, for as long as it is connected. Answers what that was. */
const handling = (worker: Worker): PublishPacket[] => {
  const handled: PublishPacket[] = []
  const goOn = async (): Promise<never> => {
    for (;;) {
      const packet = await worker.gets()
      handled.push(packet)
      worker.client.acknowledge(packet)
    }
  }
  void goOn()
  return handled
}

/** A connection of the client that tells how its queue is. */
const askerOn = async (node: Connecting): Promise<Client> => {
  const asker = await node.client('desk', { connection: 'asker' })
  await asker.subscribe(asker.replies)
  return asker
}

const queueOf = async (asker: Client) =>
  ((await asker.call('queues/list', {})) as { result: { queues: { connections: number; behind: number }[] } }).result
    .queues[0]

/** Looks until the queue is so. */
const until = async (asker: Client, wanted: { connections?: number; behind?: number }): Promise<void> => {
  for (;;) {
    const queue = await queueOf(asker)
    if (queue && Object.entries(wanted).every(([name, value]) => queue[name as keyof typeof wanted] === value)) return
    await soon()
  }
}

/** Resolves when nothing of the queue waits. */
const done = (asker: Client): Promise<void> => until(asker, { behind: 0 })

const say = async (node: Connecting, names: readonly string[], texts: readonly string[]) => {
  for (const name of names) {
    const client = await node.client(name)
    for (const text of texts) await client.say('daak/to/desk', text)
    await client.disconnect()
  }
}

const people = Array.from({ length: 8 }, (_, i) => `person-${i}`)

test('connections on several nodes share the work: each conversation in order with one of them, each message once', async () => {
  const { one, two, three } = await open(3)
  const workers = [await join(one, 'a'), await join(two, 'b'), await join(three, 'c')]
  const handled = workers.map(handling)
  const asker = await askerOn(one)
  await say(two, people, ['1', '2', '3', '4'])
  await done(asker)
  for (const person of people) {
    const by = handled.map((packets) => packets.filter((packet) => conversationOf(packet).includes(person)))
    expect(by.filter((packets) => packets.length > 0).map((packets) => packets.map(textOf))).toEqual([
      ['1', '2', '3', '4'],
    ])
  }
  expect(handled.filter((packets) => packets.length > 0)).toHaveLength(3)
  expect(handled.flat().every((packet) => propertyOf(packet, 'attempt') === '1' && !packet.dup)).toBe(true)
  expect(await queueOf(asker)).toMatchObject({ connections: 3, behind: 0 })
})

test('what a connection on another node fails at, or leaves behind, is tried again by one that is there', async () => {
  const { one, two } = await open()
  const there = await join(two, 'there')
  const ana = await one.client('ana')
  await ana.say('daak/to/desk', 'hello')
  await there.fails(await there.gets(), 'not now')
  const again = await there.gets()
  expect([textOf(again), propertyOf(again, 'attempt')]).toEqual(['hello', '2'])
  const here = await join(one, 'here')
  await there.client.vanish()
  const taken = await here.gets()
  expect([textOf(taken), propertyOf(taken, 'attempt')]).toEqual(['hello', '3'])
  here.client.acknowledge(taken)
})

test('one that unsubscribes on another node gets nothing more, and a queue with connections is not removed', async () => {
  const { one, two } = await open()
  const here = await join(one, 'here')
  const there = await join(two, 'there')
  const asker = await askerOn(two)
  await until(asker, { connections: 2 })
  expect(await asker.call('queues/remove', { group: 'workers' })).toMatchObject({ error: { code: RpcCode.Conflict } })
  await there.unsubscribe()
  await until(asker, { connections: 1 })
  const handled = handling(here)
  await say(two, people, ['1'])
  await done(asker)
  expect(handled).toHaveLength(people.length)
})

test('a connection takes no more at once than it says, wherever it is', async () => {
  const { one, two } = await open()
  const here = await join(one, 'here', { capacity: 1 })
  const there = await join(two, 'there', { capacity: 2 })
  await say(one, people, ['1'])
  const first = [await here.gets(), await there.gets(), await there.gets()]
  expect([...here.takeUnheard(), ...there.takeUnheard()]).toEqual([])
  for (const packet of first.slice(1)) there.client.acknowledge(packet)
  await there.handlesAll(2)
})

test('where the node that gives out the work is lost, with work in flight, another does so within seconds; nothing is lost', async () => {
  const { one, two, three } = await open(3)
  // The first to come is the owner.
  const lost = await join(one, 'a', { capacity: 3 })
  const two1 = await join(two, 'b')
  const asker = await askerOn(three)
  await until(asker, { connections: 2 })
  await say(three, people, ['1', '2'])
  const inFlight = await lost.gets()
  one.cable.cut()
  const handled = handling(two1)
  const late = handling(await join(three, 'c'))
  await done(asker)
  const texts = (packets: readonly PublishPacket[]) =>
    packets.map((packet) => `${conversationOf(packet)} ${textOf(packet)}`)
  const all = new Set(texts([...handled, ...late]))
  for (const person of people) for (const text of ['1', '2']) expect(all).toContain(`desk~${person} ${text}`)
  expect(all).toContain(texts([inFlight])[0])

  // Back, it does no harm: what it takes for handled is not written, and it gets its share again.
  lost.client.acknowledge(inFlight)
  one.cable.mend()
  const before = handled.length + late.length
  const more = handling(lost)
  await until(asker, { connections: 3 })
  await say(three, people, ['3'])
  await done(asker)
  const after = texts([...handled, ...late].slice(0)).filter((text) => text.endsWith(' 3')).length
  expect(after + texts(more).filter((text) => text.endsWith(' 3')).length).toBe(people.length)
  expect(handled.length + late.length).toBeGreaterThanOrEqual(before)
})

test('what was lost on the way between two nodes, or acknowledged meanwhile, is tried again', async () => {
  const { one, two } = await open()
  const first = await join(one, 'first')
  const there = await join(two, 'there')
  const asker = await askerOn(one)
  await until(asker, { connections: 2 })
  await first.unsubscribe()
  await until(asker, { connections: 1 })
  const [ana, ben] = [await one.client('ana'), await one.client('ben')]
  await ana.say('daak/to/desk', 'acknowledged meanwhile')
  const got = await there.gets()
  two.cable.cut()
  there.client.acknowledge(got)
  await ben.say('daak/to/desk', 'lost on the way')
  two.cable.mend()
  const again = [await there.gets(), await there.gets()]
  expect(again.map(textOf).sort()).toEqual(['acknowledged meanwhile', 'lost on the way'])
  expect(again.map((packet) => propertyOf(packet, 'attempt'))).toEqual(['2', '2'])
  for (const packet of again) there.client.acknowledge(packet)
  await done(asker)
})

test('where the node that gives out the work ends, another goes on at once', async () => {
  const { one, two } = await open()
  const here = await join(one, 'here')
  const there = await join(two, 'there')
  const asker = await askerOn(two)
  await until(asker, { connections: 2 })
  void handling(here)
  const handled = handling(there)
  await one.server.close()
  await say(two, people, ['1', '2'])
  await done(asker)
  expect(handled.map(textOf)).toHaveLength(people.length * 2)
})
