import type { RoutedMessage } from '../broker/port.js'
import type { SessionRecord, Sessions } from '../state/sessions/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, same } from './kit.js'

const nameOf = (connection: string, client = 'ana') => ({ vendor: 'acme', client, connection })
const phone = nameOf('phone')
const laptop = nameOf('laptop')

const recordOf = (name = phone, more: Partial<SessionRecord> = {}): SessionRecord => ({
  name,
  expiryInterval: 3_600,
  subscriptions: [],
  received: [],
  ...more,
})

const messageOf = (topic: string): RoutedMessage => ({
  vendor: 'acme',
  topic,
  payload: Uint8Array.of(1, 2, 3),
  qos: 2,
  retain: false,
  at: 1_000,
  publisher: { client: 'bo', connection: 'x' },
  properties: { contentType: 'text/plain', userProperties: [['k', 'v']] },
})

const to = (session = phone, qos: 1 | 2 = 1) => ({ session, qos, retain: false, identifiers: [7] })

const topicsOf = async (sessions: Sessions, session = phone) =>
  (await sessions.queued(session, 0, 10)).map(({ message }) => message.topic)

const placesOf = async (sessions: Sessions) => (await sessions.queued(phone, 0, 10)).map(({ place }) => place)

const recordIn = async (sessions: Sessions, { vendor, client, connection }: SessionRecord['name']) =>
  (await sessions.all()).find(
    ({ name }) => name.vendor === vendor && name.client === client && name.connection === connection,
  )

const records: Behaviours<DurableBench<Sessions>> = {
  'gives a record back whole': async ({ subject: sessions }) => {
    const whole = recordOf(phone, {
      subscriptions: [{ filter: 'a/#', qos: 2, noLocal: true, retainAsPublished: false, identifier: 3 }],
      received: [5, 9],
      disconnectedAt: 5_000,
      sent: { last: 9, unacknowledged: [7, 9], doubtful: 12 },
      messageIds: [[5, 'a5']],
      will: { will: { topic: 'w', payload: Uint8Array.of(9), qos: 1, retain: true }, due: 6_000 },
    })
    await sessions.begin(whole)
    same(await recordIn(sessions, phone), whole)
    await sessions.begin(recordOf(phone))
    same(await recordIn(sessions, phone), recordOf(phone))
  },
  'tells sessions apart by vendor, client and connection': async ({ subject: sessions }) => {
    const names = [phone, laptop, nameOf('phone', 'bo'), { ...phone, vendor: 'other' }]
    for (const name of names) await sessions.begin(recordOf(name))
    await sessions.remove(phone)
    same(await recordIn(sessions, phone), undefined)
    same((await sessions.all()).length, 3)
  },
  'gives back one record by its name': async ({ subject: sessions }) => {
    for (const name of [phone, laptop]) await sessions.begin(recordOf(name))
    same(await sessions.find(laptop), recordOf(laptop))
    same(await sessions.find(nameOf('tablet')), undefined)
  },
  'stores what a connection says of its session until a newer one has begun': async ({ subject: sessions }) => {
    const [old, newer] = [recordOf(phone, { fence: 1 }), recordOf(phone, { fence: 2, received: [4] })]
    same(await sessions.begin(old), true)
    same(await sessions.save({ ...old, received: [3] }), true)
    same(await sessions.begin(newer), true)
    same([await sessions.save(old), await sessions.begin(old)], [false, false])
    same(await recordIn(sessions, phone), newer)
    await sessions.remove(phone)
    same([await sessions.save(newer), await recordIn(sessions, phone)], [false, undefined])
  },
  'changes and removes a record only where it is still as it is taken to be': async ({ subject: sessions }) => {
    await sessions.begin(recordOf(phone, { disconnectedAt: 5 }))
    const isSince = (at: number) => (stored: SessionRecord) => stored.disconnectedAt === at
    same(await sessions.save(recordOf(phone), isSince(6)), false)
    same(await sessions.remove(phone, isSince(6)), false)
    same((await sessions.find(phone))?.disconnectedAt, 5)
    same(await sessions.save(recordOf(phone, { disconnectedAt: 6 }), isSince(5)), true)
    same(await sessions.remove(phone, isSince(6)), true)
    same(await sessions.remove(phone, isSince(6)), false)
    same(await sessions.find(phone), undefined)
  },
  'stores sessions with very long names': async ({ subject: sessions }) => {
    const long = nameOf('x'.repeat(60_000))
    await sessions.begin(recordOf(long))
    same((await recordIn(sessions, long))?.name, long)
    same(await recordIn(sessions, nameOf(`${long.connection}y`)), undefined)
  },
}

const queues: Behaviours<DurableBench<Sessions>> = {
  'queues a message for each target, in order': async ({ subject: sessions }) => {
    await sessions.begin(recordOf(phone))
    await sessions.begin(recordOf(laptop))
    await sessions.enqueue([to(phone, 2), to(laptop)], messageOf('a'))
    await sessions.enqueue([to(phone)], messageOf('b'))
    same(await topicsOf(sessions, phone), ['a', 'b'])
    same(await topicsOf(sessions, laptop), ['a'])
    const [{ place, ...first } = { place: 0 }] = await sessions.queued(phone, 0, 1)
    same(first, { message: messageOf('a'), qos: 2, retain: false, identifiers: [7] })
    same(place > 0, true)
  },
  'reads a queue from a place on': async ({ subject: sessions }) => {
    await sessions.begin(recordOf())
    for (const topic of ['a', 'b', 'c']) await sessions.enqueue([to()], messageOf(topic))
    const [, second = 0] = await placesOf(sessions)
    const found = await sessions.queued(phone, second, 1)
    same(
      found.map(({ message }) => message.topic),
      ['b'],
    )
  },
  'records how far messages are, and lets go of what was acknowledged': async ({ subject: sessions }) => {
    await sessions.begin(recordOf())
    for (const topic of ['a', 'b']) await sessions.enqueue([to(phone, 2)], messageOf(topic))
    const [a = 0, b = 0] = await placesOf(sessions)
    await sessions.progress(phone, [
      { place: a, packetId: 4 },
      { place: b, packetId: 5 },
    ])
    await sessions.progress(phone, [
      { place: a, removed: true },
      { place: b, released: true },
    ])
    const [left, ...others] = await sessions.queued(phone, 0, 10)
    same([left?.message.topic, left?.packetId, left?.released, others.length], ['b', 5, true, 0])
    await sessions.progress(phone, [{ place: a, packetId: 9 }])
    same(await topicsOf(sessions), ['b'])
  },
  'never uses a place again, though the queue was empty meanwhile': async (bench) => {
    await bench.subject.begin(recordOf())
    await bench.subject.enqueue([to()], messageOf('a'))
    const [a = 0] = await placesOf(bench.subject)
    await bench.subject.progress(phone, [{ place: a, removed: true }])
    const sessions = await bench.reopen()
    await sessions.enqueue([to()], messageOf('b'))
    const [b = 0] = await placesOf(sessions)
    same(b > a, true)
  },
  'remembers the packet identifier of the publisher with the message, once': async ({ subject: sessions }) => {
    await sessions.begin(recordOf(phone))
    await sessions.begin(recordOf(laptop, { received: [3] }))
    const received = { session: laptop, packetId: 8 }
    await sessions.enqueue([to(phone)], messageOf('a'), received)
    await sessions.enqueue([], messageOf('b'), received)
    same((await recordIn(sessions, laptop))?.received, [3, 8])
  },
  'queues nothing for a session that is not stored': async ({ subject: sessions }) => {
    await sessions.enqueue([to(phone)], messageOf('a'), { session: phone, packetId: 1 })
    same(await recordIn(sessions, phone), undefined)
    await sessions.begin(recordOf())
    same(await topicsOf(sessions), [])
  },
  'moves messages to another queue, as new ones there, and leaves those alone that it can not move': async (bench) => {
    const { subject: sessions } = bench
    for (const name of [phone, laptop]) await sessions.begin(recordOf(name))
    for (const topic of ['a', 'b', 'c']) await sessions.enqueue([to(phone)], messageOf(topic))
    const [a = 0, b = 0, c = 0] = await placesOf(sessions)
    await sessions.progress(phone, [
      { place: a, packetId: 4 },
      { place: c, removed: true },
    ])
    await sessions.move(phone, [
      { place: a, to: { ...to(laptop), share: '$share/g/#' } },
      { place: b, to: to(nameOf('tablet')) },
      { place: c, to: to(laptop) },
    ])
    same([await topicsOf(sessions, phone), await topicsOf(sessions, laptop)], [['b'], ['a']])
    const [{ place: _, ...moved } = { place: 0 }] = await sessions.queued(laptop, 0, 1)
    same(moved, { message: messageOf('a'), qos: 1, retain: false, identifiers: [7], share: '$share/g/#' })
  },
  'counts what waits in a queue': async ({ subject: sessions }) => {
    for (const name of [phone, laptop]) await sessions.begin(recordOf(name))
    for (const topic of ['a', 'b', 'c']) await sessions.enqueue([to(phone)], messageOf(topic))
    const [a = 0, b = 0] = await placesOf(sessions)
    await sessions.progress(phone, [{ place: a, removed: true }])
    await sessions.move(phone, [{ place: b, to: to(laptop) }])
    same([await sessions.waiting(phone), await sessions.waiting(laptop)], [1, 1])
    await sessions.remove(phone)
    same(await sessions.waiting(phone), 0)
  },
  'removes a session with its queue': async ({ subject: sessions }) => {
    await sessions.begin(recordOf())
    await sessions.enqueue([to()], messageOf('a'))
    await sessions.remove(phone)
    await sessions.begin(recordOf())
    same(await topicsOf(sessions), [])
  },
  'keeps records and queues when it is opened anew': async (bench) => {
    await bench.subject.begin(recordOf())
    await bench.subject.enqueue([to()], messageOf('a'))
    const sessions = await bench.reopen()
    same(await sessions.all(), [recordOf()])
    same(await topicsOf(sessions), ['a'])
  },
}

/** What every store of sessions does. */
export const sessionsContract = (kit: ContractKit, open: () => Promise<DurableBench<Sessions>>): void =>
  contract(kit, 'Sessions', open, { ...records, ...queues })
