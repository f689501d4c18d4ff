import { topics } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer, type TestServerOptions } from '../support/server.js'
import { Worker } from './support/worker.js'

const retries = { firstMs: 1_000, longestMs: 60_000 }

const open = async (options: TestServerOptions = {}) => {
  const server = await TestServer.open({ retries, ...options })
  return { server, ana: await server.person('ana'), ben: await server.person('ben') }
}

const say = (client: Client, text: string) => client.say('daak/to/desk', text)
const conversationOf = ({ topic }: PublishPacket) => topic.split('/')[2]

describe('a queue', () => {
  test('gives each message to one connection, with what an inbox tells of it', async () => {
    const { server, ana } = await open()
    const one = await Worker.connect(server, 'desk', { connection: 'one' })
    const two = await Worker.connect(server, 'desk', { connection: 'two' })
    await say(ana, 'hi')
    await server.rest()
    const got = [...one.takeUnheard(), ...two.takeUnheard()]
    expect(got.map(textOf)).toEqual(['hi'])
    const [packet] = got as [PublishPacket]
    expect(packet).toMatchObject({ topic: 'daak/conversations/ana~desk/messages', qos: 1, dup: false, retain: false })
    expect(['seq', 'from', 'attempt'].map((name) => propertyOf(packet, name))).toEqual(['1', 'ana', '1'])
    expect(propertyOf(packet, 'pos')).toMatch(/^\d+:1$/)
  })

  test('gives the next message of a conversation when the one before is acknowledged, to the same connection', async () => {
    const { server, ana } = await open()
    const workers = [
      await Worker.connect(server, 'desk', { connection: 'one' }),
      await Worker.connect(server, 'desk', { connection: 'two' }),
    ]
    for (const text of ['1', '2', '3']) await say(ana, text)
    await server.rest()
    const holder = workers.find((worker) => worker.client.topics.length > 0) as Worker
    const other = workers.find((worker) => worker !== holder) as Worker
    expect(holder.client.topics).toHaveLength(1)
    expect(await holder.handlesAll(3)).toEqual(['1', '2', '3'])
    expect(other.takeUnheard()).toEqual([])
  })

  test('works on many conversations at once, on all its connections', async () => {
    const { server } = await open()
    const one = await Worker.connect(server, 'desk', { connection: 'one' })
    const two = await Worker.connect(server, 'desk', { connection: 'two' })
    for (let i = 0; i < 20; i++) await say(await server.client(`client-${i}`), 'hi')
    await server.rest()
    const [some, others] = [one.takeUnheard(), two.takeUnheard()]
    expect(some.length).toBeGreaterThan(0)
    expect(others.length).toBeGreaterThan(0)
    expect(new Set([...some, ...others].map(conversationOf)).size).toBe(20)
  })

  test('leaves out what its own client says', async () => {
    const { server, ana } = await open()
    const worker = await Worker.connect(server, 'desk')
    await say(ana, 'question')
    await worker.client.say('daak/to/ana', 'answer')
    await say(ana, 'thanks')
    expect(await worker.handlesAll(2)).toEqual(['question', 'thanks'])
    await server.rest()
    expect(worker.takeUnheard()).toEqual([])
  })

  test('leaves out what has expired, and goes on behind it', async () => {
    const { server, ana } = await open()
    const before = await Worker.connect(server, 'desk')
    await before.client.disconnect()
    await ana.say('daak/to/desk', 'short', { mqtt: { messageExpiryInterval: 5 } })
    await say(ana, 'long')
    server.clock.advance(6_000)
    const worker = await Worker.connect(server, 'desk')
    expect(await worker.handles()).toBe('long')
  })

  test('passes over what was removed from its journal before it was handled', async () => {
    const { server, ana } = await open({ retention: { maximumMessages: 1 } })
    const before = await Worker.connect(server, 'desk')
    await before.client.disconnect()
    for (const text of ['one', 'two', 'three']) await say(ana, text)
    await server.rest()
    server.clock.advance(1_000)
    await server.rest()
    const worker = await Worker.connect(server, 'desk')
    expect(await worker.handles()).toBe('three')
    await server.rest()
    expect(worker.takeUnheard()).toEqual([])
  })

  test('gives a connection no more at once than it takes', async () => {
    const { server, ana, ben } = await open()
    const worker = await Worker.connect(server, 'desk', { capacity: 1 })
    await say(ana, 'a')
    await say(ben, 'b')
    await server.rest()
    const [first] = worker.takeUnheard() as [PublishPacket]
    expect(textOf(first)).toBe('a')
    worker.client.acknowledge(first)
    expect(await worker.handles()).toBe('b')
  })

  test('waits for a connection whose Receive Maximum is reached', async () => {
    const { server, ana, ben } = await open()
    const worker = await Worker.connect(server, 'desk', { properties: { receiveMaximum: 1 } })
    await say(ana, 'a')
    await say(ben, 'b')
    expect(await worker.handlesAll(2)).toEqual(['a', 'b'])
  })

  test('of each group gets everything, and the inboxes of the client too', async () => {
    const { server, ana } = await open()
    const workers = await Worker.connect(server, 'desk', { connection: 'one' })
    const archive = await Worker.connect(server, 'desk', { connection: 'two', group: 'archive' })
    const person = await server.person('desk', { connection: 'three' })
    await say(ana, 'hi')
    for (const hears of [workers.handles(), archive.handles(), person.hearsTexts(1).then(([text]) => text)])
      expect(await hears).toBe('hi')
  })

  test('is its client’s alone: the same group of another client is another queue', async () => {
    const { server, ana } = await open()
    const desk = await Worker.connect(server, 'desk')
    const eve = await Worker.connect(server, 'eve')
    await say(ana, 'for desk')
    expect(await desk.handles()).toBe('for desk')
    await server.rest()
    expect(eve.takeUnheard()).toEqual([])
  })

  test('begins at the head of the inbox, or where its first subscription says', async () => {
    const { server, ana } = await open()
    await say(ana, 'before')
    const fresh = await Worker.connect(server, 'desk', { group: 'fresh', connection: 'one' })
    const epoch = propertyOf((await fresh.subscribe()) as never, 'pos')?.split(':')[0]
    const old = await Worker.connect(server, 'desk', { group: 'old', connection: 'two', since: `${epoch}:0` })
    await say(ana, 'after')
    expect(await fresh.handles()).toBe('after')
    expect(await old.handlesAll(2)).toEqual(['before', 'after'])
  })

  test('waits while it has no connection, and then goes on where it was', async () => {
    const { server, ana } = await open()
    const before = await Worker.connect(server, 'desk')
    await say(ana, '1')
    expect(await before.handles()).toBe('1')
    await server.rest()
    await before.client.disconnect()
    for (const text of ['2', '3']) await say(ana, text)
    const after = await Worker.connect(server, 'desk', { connection: 'other' })
    expect(await after.handlesAll(2)).toEqual(['2', '3'])
    await say(ana, '4')
    expect(await after.handles()).toBe('4')
  })

  test('goes on with a session that is kept when it is back', async () => {
    const { server, ana } = await open()
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }
    const before = await Worker.connect(server, 'desk', kept)
    await before.client.vanish()
    await say(ana, 'meanwhile')
    const back = await server.client('desk', { ...kept, silent: true })
    expect(textOf(await back.hears())).toBe('meanwhile')
  })

  test('of a client of MQTT 3.1.1 is worked on, without properties', async () => {
    const { server, ana } = await open()
    const worker = await Worker.connect(server, 'desk', { version: 4 })
    await say(ana, '1')
    await say(ana, '2')
    expect(await worker.handlesAll(2)).toEqual(['1', '2'])
  })
})

describe('what a connection has not acknowledged', () => {
  test.each([
    ['disconnects', (worker: Worker) => worker.client.disconnect()],
    ['is cut off', (worker: Worker) => worker.client.vanish()],
    [
      'is taken over',
      async (_: Worker, server: TestServer) => void (await server.client('desk', { connection: 'one' })),
    ],
  ])('goes to another at once when it %s, marked as sent before, and in order', async (_, end) => {
    const { server, ana } = await open()
    const one = await Worker.connect(server, 'desk', { connection: 'one' })
    await say(ana, '1')
    await say(ana, '2')
    const first = await one.gets()
    const two = await Worker.connect(server, 'desk', { connection: 'two' })
    await server.rest()
    expect(two.takeUnheard()).toEqual([])
    await end(one, server)
    const again = await two.gets()
    expect([textOf(again), again.dup, propertyOf(again, 'attempt')]).toEqual([textOf(first), true, '2'])
    two.client.acknowledge(again)
    const next = await two.gets()
    expect([textOf(next), next.dup, propertyOf(next, 'attempt')]).toEqual(['2', false, '1'])
  })

  test('goes to another when its lease runs out, after a while; the one that is silent gets nothing else', async () => {
    const { server, ana, ben } = await open({ queues: { leaseMs: 30_000 } })
    const silent = await Worker.connect(server, 'desk', { connection: 'silent' })
    await say(ana, '1')
    await silent.gets()
    const other = await Worker.connect(server, 'desk', { connection: 'other' })
    server.clock.advance(30_000)
    await server.rest()
    expect(other.takeUnheard()).toEqual([])
    server.clock.advance(1_000)
    const again = await other.gets()
    expect([textOf(again), again.dup]).toEqual(['1', true])
    for (let i = 0; i < 20; i++) await say(await server.client(`client-${i}`), 'hi')
    await server.rest()
    expect(silent.takeUnheard()).toEqual([])
    await say(ben, 'b')
  })

  test('after its lease may still be acknowledged until another has it', async () => {
    const { server, ana } = await open({ queues: { leaseMs: 30_000 } })
    const slow = await Worker.connect(server, 'desk')
    await say(ana, '1')
    await say(ana, '2')
    const first = await slow.gets()
    server.clock.advance(30_000)
    slow.client.acknowledge(first)
    expect(textOf(await slow.gets())).toBe('2')
    server.clock.advance(29_000)
    await server.rest()
    expect(slow.takeUnheard()).toEqual([])
  })

  test('and was acknowledged late, when another has it, is that one’s', async () => {
    const { server, ana } = await open({ queues: { leaseMs: 30_000 } })
    const slow = await Worker.connect(server, 'desk', { connection: 'slow' })
    await say(ana, '1')
    await say(ana, '2')
    const first = await slow.gets()
    const other = await Worker.connect(server, 'desk', { connection: 'other' })
    server.clock.advance(31_000)
    const again = await other.gets()
    slow.client.acknowledge(first)
    await server.rest()
    expect([...slow.takeUnheard(), ...other.takeUnheard()]).toEqual([])
    other.client.acknowledge(again)
    expect(textOf(await other.gets())).toBe('2')
  })

  test('when it unsubscribes is waited for, and goes to nobody else', async () => {
    const { server, ana, ben } = await open()
    const one = await Worker.connect(server, 'desk', { connection: 'one' })
    await say(ana, '1')
    const first = await one.gets()
    const two = await Worker.connect(server, 'desk', { connection: 'two' })
    await one.unsubscribe()
    await say(ana, '2')
    await say(ben, 'b')
    expect(await two.handles()).toBe('b')
    await server.rest()
    expect(two.takeUnheard()).toEqual([])
    one.client.acknowledge(first)
    expect(await two.handles()).toBe('2')
    expect(one.takeUnheard()).toEqual([])
  })
})

describe('a message that fails', () => {
  test('is tried again after waits that grow, before what comes after it; others do not wait for it', async () => {
    const { server, ana, ben } = await open()
    const worker = await Worker.connect(server, 'desk')
    await say(ana, 'poison')
    await say(ana, 'after')
    for (const waitMs of [1_000, 2_000, 4_000]) {
      await worker.fails(await worker.gets())
      await say(ben, 'b')
      expect(await worker.handles()).toBe('b')
      server.clock.advance(waitMs / 2 - 1)
      await server.rest()
      expect(worker.takeUnheard()).toEqual([])
      server.clock.advance(waitMs / 2 + 1)
    }
    const again = await worker.gets()
    expect([textOf(again), again.dup, propertyOf(again, 'attempt')]).toEqual(['poison', true, '4'])
    worker.client.acknowledge(again)
    expect(await worker.handles()).toBe('after')
  })

  test('too often becomes a dead letter with its causes, and what comes after it is handled', async () => {
    const { server, ana } = await open({ queues: { tries: 3 } })
    const worker = await Worker.connect(server, 'desk', { connection: 'one' })
    await say(ana, 'poison')
    await say(ana, 'after')
    await worker.fails(await worker.gets(), 'no such order')
    server.clock.advance(1_000)
    await worker.gets()
    await worker.client.vanish()
    const next = await Worker.connect(server, 'desk', { connection: 'two' })
    server.clock.advance(2_000)
    await next.fails(await next.gets())
    expect(await next.handles()).toBe('after')

    const operator = await openOperator(server)
    const { letters } = await operator('dead-letters/list', {})
    expect(letters).toMatchObject([
      {
        id: 'ana~desk/desk/1/workers',
        conversation: 'ana~desk',
        bot: 'desk',
        group: 'workers',
        cause: 'it was refused with reason code 0x83',
        about: { kind: 'message', seq: 1, from: 'ana' },
      },
    ])
    expect(letters[0].tries.map(({ cause }: { cause: string }) => cause)).toEqual([
      'no such order',
      expect.stringMatching(/connection was lost/),
      'it was refused with reason code 0x83',
    ])
    expect(await operator('dead-letters/get', { id: letters[0].id })).toMatchObject({
      about: { message: { payload: 'poison' } },
    })
  })

  test('and was retried as a dead letter comes back before all else of its conversation, with fresh tries', async () => {
    const { server, ana } = await open({ queues: { tries: 1 } })
    const worker = await Worker.connect(server, 'desk')
    await say(ana, 'poison')
    await worker.fails(await worker.gets())
    await say(ana, 'busy')
    const busy = await worker.gets()
    await say(ana, 'later')
    const operator = await openOperator(server)
    const id = 'ana~desk/desk/1/workers'
    expect(await operator('dead-letters/retry', { ids: [id] })).toEqual({ done: [id], missing: [], refused: [] })
    expect(await operator('dead-letters/retry', { ids: [id] })).toMatchObject({ missing: [id] })
    await server.rest()
    expect(worker.takeUnheard()).toEqual([])
    worker.client.acknowledge(busy)
    const again = await worker.gets()
    expect([textOf(again), propertyOf(again, 'attempt'), propertyOf(again, 'pos')]).toEqual(['poison', '1', undefined])
    worker.client.acknowledge(again)
    expect(await worker.handles()).toBe('later')
    expect((await operator('dead-letters/list', {})).letters).toEqual([])
  })

  test('and was retried while there was no connection waits for one', async () => {
    const { server, ana } = await open({ queues: { tries: 1 } })
    const before = await Worker.connect(server, 'desk')
    await say(ana, 'poison')
    await before.fails(await before.gets())
    await server.rest()
    await before.client.disconnect()
    const operator = await openOperator(server)
    await operator('dead-letters/retry', { ids: ['ana~desk/desk/1/workers'] })
    const after = await Worker.connect(server, 'desk', { connection: 'other' })
    expect(await after.handles()).toBe('poison')
    await server.rest()
    await after.client.disconnect()
    const last = await Worker.connect(server, 'desk', { connection: 'last' })
    await say(ana, 'next')
    expect(await last.handles()).toBe('next')
  })

  test('and whose queue is gone can’t be retried, and is dropped', async () => {
    const { server, ana } = await open({ queues: { tries: 1 } })
    const worker = await Worker.connect(server, 'desk')
    await worker.client.subscribe(worker.client.replies)
    await say(ana, 'poison')
    await worker.fails(await worker.gets())
    await server.rest()
    await worker.unsubscribe()
    expect(await worker.client.call('queues/remove', { group: 'workers' })).toEqual({ result: {} })
    const operator = await openOperator(server)
    const id = 'ana~desk/desk/1/workers'
    expect(await operator('dead-letters/retry', { ids: [id] })).toMatchObject({
      refused: [{ id, reason: expect.stringMatching(/no queue workers of desk/) }],
    })
    expect(await operator('dead-letters/drop', { ids: [id] })).toMatchObject({ done: [id] })
  })

  test('because it is larger than a connection takes goes to one that takes it', async () => {
    const { server, ana } = await open()
    const small = await Worker.connect(server, 'desk', { connection: 'a', properties: { maximumPacketSize: 1_000 } })
    await say(ana, 'x'.repeat(2_000))
    await server.rest()
    expect(small.takeUnheard()).toEqual([])
    await small.client.disconnect()
    const large = await Worker.connect(server, 'desk', { connection: 'b' })
    server.clock.advance(1_000)
    expect(await large.handles()).toHaveLength(2_000)
  })
})

describe('a subscription to a queue', () => {
  test.each([
    ['with a group that has no name', '$share/a b/daak/conversations/+/messages', 1, 0x8f, /1 to 128/],
    ['of one conversation', '$share/g/daak/conversations/ana~desk/messages', 1, 0x8f, /all conversations/],
    ['of direct conversations', '$share/g/daak/from/+', 1, 0x8f, /subscribe to/],
    ['at QoS 0', '$share/g/daak/conversations/+/messages', 0, 0x83, /QoS 1/],
  ] as const)('%s is refused', async (_, filter, qos, code, help) => {
    const { server } = await open()
    const desk = await server.client('desk')
    const suback = await desk.subscribe(filter, { qos })
    expect([suback.reasonCodes, suback.properties?.reasonString]).toEqual([[code], expect.stringMatching(help)])
  })

  test('is granted QoS 1 at most, and carries its identifier', async () => {
    const { server, ana } = await open()
    const desk = await server.client('desk')
    const suback = await desk.subscribe(topics.queue('g'), { qos: 2, identifier: 9 })
    expect(suback.reasonCodes).toEqual([1])
    await say(ana, 'hi')
    expect((await desk.hears()).properties?.subscriptionIdentifiers).toEqual([9])
  })

  test.each(['0', '10001', 'many'])('with the capacity %s is refused', async (capacity) => {
    const { server } = await open()
    const desk = await server.client('desk')
    expect((await desk.subscribe(topics.queue('g'), { properties: { capacity } })).reasonCodes).toEqual([0x83])
  })

  test('makes no more queues than a client may have', async () => {
    const { server } = await open({ limits: { queuesPerClient: 1 } })
    const desk = await server.client('desk')
    expect((await desk.subscribe(topics.queue('one'))).reasonCodes).toEqual([1])
    expect((await desk.subscribe(topics.queue('two'))).reasonCodes).toEqual([ReasonCode.QuotaExceeded])
    expect((await desk.subscribe(topics.queue('one'))).reasonCodes).toEqual([1])
  })
})

describe('queues/list and queues/remove', () => {
  test('tell a client of its queues, and forget those without connections', async () => {
    const { server, ana } = await open()
    const worker = await Worker.connect(server, 'desk')
    await worker.client.subscribe(worker.client.replies)
    await say(ana, '1')
    await say(ana, '2')
    await worker.gets()
    expect(await worker.client.call('queues/list', {})).toEqual({
      result: { queues: [{ group: 'workers', connections: 1, behind: 2 }] },
    })
    expect(await worker.client.call('queues/remove', { group: 'workers' })).toMatchObject({ error: { code: -32002 } })
    await worker.client.vanish()
    const desk = await server.person('desk', { connection: 'two' })
    expect(await desk.call('queues/remove', { group: 'workers' })).toEqual({ result: {} })
    expect(await desk.call('queues/remove', { group: 'workers' })).toMatchObject({ error: { code: -32004 } })
    expect(await desk.call('queues/list', {})).toEqual({ result: { queues: [] } })
  })
})

/** Calls methods as the vendor itself. */
async function openOperator(server: TestServer) {
  const operator = await server.person('operator')
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is looked at by the tests
  return async (method: string, params: unknown): Promise<any> => {
    const answer = await operator.call(method, params)
    if ('error' in answer) throw new Error(answer.error.message)
    return answer.result
  }
}
