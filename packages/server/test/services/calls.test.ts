import { type CallEnded, type RpcAnswer, topics } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { rules } from '../../src/index.js'
import { type Client, propertyOf, type SayFields } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer, type TestServerOptions } from '../support/server.js'
import { byVendorConnection } from '../support/vendors.js'
import { Instance } from './support/instance.js'

const json = (value: unknown) => JSON.stringify(value)
const bytes = (text: string) => new TextEncoder().encode(text)

const open = async (options: TestServerOptions = {}) => {
  const server = await TestServer.open(options)
  const ana = await server.person('ana')
  return { server, ana }
}

/** Publishes a call at QoS 1, and gives the PUBACK. */
const call = (caller: Client, method: string, { correlation = 'c', timeout }: CallFields = {}) =>
  caller.say(`daak/rpc/${method}`, '{}', {
    mqtt: { responseTopic: caller.replies, correlationData: bytes(correlation) },
    ...(timeout !== undefined && { properties: [['timeout', timeout]] }),
  })

interface CallFields {
  correlation?: string
  timeout?: string
}

const answerIn = (packet: PublishPacket): RpcAnswer => JSON.parse(textOf(packet))
const errorOf = (code: number) => ({ error: { code, message: expect.any(String) } })

describe('a call of a service', () => {
  test('comes to its instance with what the caller gave, and its answer to the caller', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    const correlationData = new Uint8Array([0, 255, 7])
    const contentType = 'application/json'
    await ana.say('daak/rpc/orders/ship', json({ id: 7 }), {
      mqtt: { responseTopic: ana.replies, correlationData, contentType },
      properties: [['traceparent', '00-1']],
    })
    const called = await orders.called()
    expect(called.topic).toBe('daak/rpc/orders/ship')
    expect(textOf(called)).toBe('{"id":7}')
    expect(called.properties).toMatchObject({ contentType, correlationData })
    expect(propertyOf(called, 'traceparent')).toBe('00-1')

    const puback = await orders.answer(called, { result: 'shipped' }, { mqtt: { correlationData, contentType } })
    expect(puback.reasonCode).toBe(0)
    const answer = await ana.hears()
    expect(answer.topic).toBe(ana.replies)
    expect(answer.properties).toMatchObject({ correlationData, contentType })
    expect(answerIn(answer)).toEqual({ result: 'shipped' })
  })

  test('tells who asks and how long there is, and no name of the caller’s connection or vendor', async () => {
    const { server } = await open()
    const orders = await Instance.connect(server, 'orders')
    const ben = await server.client('ben', { connection: 'bens-secret-phone' })
    await ben.subscribe(ben.replies)
    await call(ben, 'orders/ship', { timeout: '5000' })
    const called = await orders.called()
    expect(propertyOf(called, 'from')).toBe('ben')
    expect(propertyOf(called, 'timeout')).toBe('5000')
    expect(json([called.topic, called.properties])).not.toMatch(/secret|phone|default/)
    expect(called.properties?.responseTopic).toMatch(/^daak\/replies\/ben\/[0-9a-z]+-1$/)
  })

  test('needs no Correlation Data', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    await ana.say('daak/rpc/orders/ship', '{}', { mqtt: { responseTopic: ana.replies } })
    await orders.answer(await orders.called(), { result: 1 })
    expect(answerIn(await ana.hears())).toEqual({ result: 1 })
  })

  test('is answered with the error of the service, data and all', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    const answer = ana.call('orders/ship', {})
    const error = { code: 17, message: 'Sold out', data: { left: 0 } }
    await orders.answer(await orders.called(), { error })
    expect(await answer).toEqual({ error })
  })

  test('with no instance is refused at once: the PUBACK says that nobody is there, and the answer why', async () => {
    const { ana } = await open()
    expect((await call(ana, 'orders/ship')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    expect(answerIn(await ana.hears())).toEqual({
      error: { code: -32010, message: 'No instance of the service orders is connected' },
    })
    expect(await ana.call('orders/ship', {})).toMatchObject({ error: { code: -32010 } })
  })

  test('after the last instance has unsubscribed, or gone, finds none', async () => {
    const { server, ana } = await open()
    const one = await Instance.connect(server, 'orders', { connection: 'one' })
    const two = await Instance.connect(server, 'orders', { connection: 'two' })
    await one.client.unsubscribe(topics.serve('orders'))
    await two.client.disconnect()
    expect(await ana.call('orders/ship', {})).toMatchObject({ error: { code: -32010 } })
  })

  test('never comes to a service of another vendor', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection] })
    const other = await server.client('orders', { connection: 'globex.1' })
    expect((await other.subscribe(topics.serve('orders'))).reasonCodes).toEqual([1])
    const ana = await server.client('ana', { connection: 'acme.1' })
    await ana.subscribe(ana.replies)
    expect(await ana.call('orders/ship', {})).toMatchObject({ error: { code: -32010 } })
    expect(other.takeUnheard()).toEqual([])
  })

  test.each([
    ['is to be retained', { retain: true }, 0x83, /without RETAIN/],
    ['has a property of the server', { properties: [['from', 'ben']] as const }, 0x99, /"from" is the server's/],
    ['waits for no time', { properties: [['timeout', '0']] as const }, 0x83, /from 1 to 600000/],
    ['waits for too long', { properties: [['timeout', '600001']] as const }, 0x83, /from 1 to 600000/],
    ['waits for a word', { properties: [['timeout', 'soon']] as const }, 0x83, /from 1 to 600000/],
  ])('is refused where it %s', async (_, fields, code, help) => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    const puback = await ana.say('daak/rpc/orders/ship', '{}', { mqtt: { responseTopic: ana.replies }, ...fields })
    expect(puback.reasonCode).toBe(code)
    expect(puback.properties?.reasonString).toMatch(help)
    await server.rest()
    expect(orders.client.takeUnheard()).toEqual([])
  })

  test('of a name that none can have is refused', async () => {
    const { ana } = await open()
    const puback = await ana.say('daak/rpc/or ders/ship', '{}', { mqtt: { responseTopic: ana.replies } })
    expect(puback.reasonCode).toBe(ReasonCode.TopicNameInvalid)
  })
})

describe('calls of a service with several instances', () => {
  test('go to the one that has the fewest, in turn where they have equally many', async () => {
    const { server, ana } = await open()
    const one = await Instance.connect(server, 'orders', { connection: 'one' })
    const two = await Instance.connect(server, 'orders', { connection: 'two' })
    for (let i = 0; i < 4; i++) await call(ana, 'orders/ship', { correlation: String(i) })
    await server.rest()
    expect([one.client.takeUnheard().length, two.client.takeUnheard().length]).toEqual([2, 2])

    const three = await Instance.connect(server, 'orders', { connection: 'three' })
    for (let i = 4; i < 6; i++) await call(ana, 'orders/ship', { correlation: String(i) })
    await server.rest()
    expect(three.client.takeUnheard().length).toBe(2)
  })

  test('wait where none has room, in order, and go on as answers make room', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders', { announces: { capacity: '1' } })
    for (const method of ['a', 'b', 'c']) await call(ana, `orders/${method}`, { correlation: method })
    const first = await orders.called()
    await server.rest()
    expect(orders.client.takeUnheard()).toEqual([])
    await orders.answer(first, { result: 1 })
    const second = await orders.called()
    await orders.answer(second, { result: 2 })
    expect([first, second, await orders.called()].map(({ topic }) => topic.at(-1))).toEqual(['a', 'b', 'c'])
  })

  test('are refused where too many wait already; those that wait are not lost', async () => {
    const { server, ana } = await open({ limits: { callsPerInstance: 1, waitingCallsPerService: 1 } })
    const orders = await Instance.connect(server, 'orders')
    expect((await call(ana, 'orders/a')).reasonCode).toBe(0)
    expect((await call(ana, 'orders/b')).reasonCode).toBe(0)
    const refused = await call(ana, 'orders/c')
    expect(refused.reasonCode).toBe(ReasonCode.QuotaExceeded)
    expect(refused.properties?.reasonString).toMatch(/wait for orders already/)
    expect(await ana.call('orders/d', {})).toMatchObject({ error: { code: -32014 } })
    await orders.answer(await orders.called(), { result: 'a' })
    await orders.answer(await orders.called(), { result: 'b' })
    expect([answerIn(await ana.hears()), answerIn(await ana.hears())]).toEqual([{ result: 'a' }, { result: 'b' }])
  })

  test('are refused where those that wait take too many bytes', async () => {
    const { server, ana } = await open({ limits: { callsPerInstance: 1, waitingCallBytesPerService: 2 } })
    await Instance.connect(server, 'orders')
    for (const code of [0, 0, ReasonCode.QuotaExceeded]) expect((await call(ana, 'orders/a')).reasonCode).toBe(code)
  })

  test('wait for an instance that does not read, which holds back no other', async () => {
    const { server, ana } = await open()
    const slow = await Instance.connect(server, 'orders', {
      connection: 'slow',
      silent: true,
      properties: { receiveMaximum: 1 },
    })
    const quick = await Instance.connect(server, 'orders', { connection: 'quick' })
    for (let i = 0; i < 9; i++) await call(ana, 'orders/ship', { correlation: String(i) })
    await slow.called()
    for (let i = 0; i < 7; i++) await orders(quick)
    expect(slow.client.takeUnheard()).toEqual([])

    async function orders(instance: Instance) {
      await instance.answer(await instance.called(), { result: 'quick' })
    }
  })

  test('end with an error at once where the instance that has them disconnects, is cut off or taken over', async () => {
    const { server, ana } = await open()
    const ends: ((instance: Instance) => Promise<unknown>)[] = [
      ({ client }) => client.disconnect(),
      ({ client }) => client.vanish(),
      () => server.client('orders'),
    ]
    for (const end of ends) {
      const orders = await Instance.connect(server, 'orders')
      const answer = ana.call('orders/ship', {})
      await orders.called()
      await end(orders)
      expect(await answer).toEqual(errorOf(-32011))
    }
  })

  test('that wait when the last instance goes end with an error, and are not given to the next', async () => {
    const { server, ana } = await open({ limits: { callsPerInstance: 1 } })
    const orders = await Instance.connect(server, 'orders')
    const answers = [ana.call('orders/a', {}), ana.call('orders/b', {})]
    await orders.called()
    await orders.client.vanish()
    expect(await Promise.all(answers)).toEqual([errorOf(-32011), errorOf(-32010)])
    const next = await Instance.connect(server, 'orders', { connection: 'next' })
    await server.rest()
    expect(next.client.takeUnheard()).toEqual([])
  })

  test('that an instance has when it unsubscribes may still be answered', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    const answer = ana.call('orders/ship', {})
    const called = await orders.called()
    await orders.client.unsubscribe(topics.serve('orders'))
    await orders.answer(called, { result: 'done' })
    expect(await answer).toEqual({ result: 'done' })
  })
})

describe('a call that its instance does not take', () => {
  test('because it refuses it ends with an error at once, and the reason', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders', { silent: true })
    const answer = ana.call('orders/ship', {})
    const { packetId = 0 } = await orders.called()
    orders.client.sendPacket({
      type: 'puback',
      packetId,
      reasonCode: ReasonCode.QuotaExceeded,
      properties: { reasonString: 'the warehouse is full' },
    })
    expect(await answer).toEqual({
      error: { code: -32603, message: 'The instance refused the call: the warehouse is full' },
    })
  })

  test('because it is larger than it takes ends with an error at once', async () => {
    const { server, ana } = await open()
    await Instance.connect(server, 'orders', { properties: { maximumPacketSize: 500 } })
    expect(await ana.call('orders/ship', { note: 'x'.repeat(1_000) })).toEqual({
      error: { code: -32603, message: expect.stringMatching(/larger than the connection takes/) },
    })
  })
})

describe('the time of a call', () => {
  test.each([
    ['that its caller gave', { timeout: '2000' }, 2_000],
    ['of the server where its caller gave none', {}, 30_000],
  ])('%s ends it with an error; the service is told, and its late answer is dropped', async (_, fields, ms) => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    await call(ana, 'orders/ship', fields)
    const called = await orders.called()
    server.clock.advance(ms - 1)
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
    server.clock.advance(1)
    expect(answerIn(await ana.hears())).toEqual(errorOf(-32012))

    const told = await orders.called()
    expect(told.topic).toBe('daak/rpc/orders/$cancel')
    expect(told.properties).toMatchObject({
      responseTopic: called.properties?.responseTopic,
      correlationData: called.properties?.correlationData,
    })
    expect(JSON.parse(textOf(told)) as CallEnded).toEqual({ reason: 'timeout' })
    expect((await orders.answer(called, { result: 1 })).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })

  test('counts while it waits for an instance too, which is told what is left of it', async () => {
    const { server, ana } = await open({ limits: { callsPerInstance: 1 } })
    const orders = await Instance.connect(server, 'orders')
    await call(ana, 'orders/a', { timeout: '9000', correlation: 'a' })
    await call(ana, 'orders/b', { timeout: '5000', correlation: 'b' })
    await call(ana, 'orders/c', { timeout: '1000', correlation: 'c' })
    server.clock.advance(1_000)
    const late = await ana.hears()
    expect([answerIn(late), late.properties?.correlationData]).toEqual([errorOf(-32012), bytes('c')])
    await orders.answer(await orders.called(), { result: 'a' })
    const b = await orders.called()
    expect([b.topic, propertyOf(b, 'timeout')]).toEqual(['daak/rpc/orders/b', '4000'])
  })
})

describe('a call that its caller cancels', () => {
  const cancel = (caller: Client, correlation = 'c') =>
    caller.say('daak/rpc/orders/$cancel', '', { mqtt: { correlationData: bytes(correlation) } })

  test('ends with an error, and the instance that has it is told', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    await call(ana, 'orders/ship')
    const called = await orders.called()
    expect((await cancel(ana)).reasonCode).toBe(0)
    expect(answerIn(await ana.hears())).toEqual(errorOf(-32013))
    const told = await orders.called()
    expect([told.topic, textOf(told)]).toEqual(['daak/rpc/orders/$cancel', '{"reason":"cancelled"}'])
    expect(told.properties?.responseTopic).toBe(called.properties?.responseTopic)
    expect((await orders.answer(called, { result: 1 })).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
  })

  test('while it waits comes to no instance', async () => {
    const { server, ana } = await open({ limits: { callsPerInstance: 1 } })
    const orders = await Instance.connect(server, 'orders')
    await call(ana, 'orders/a', { correlation: 'a' })
    await call(ana, 'orders/b', { correlation: 'b' })
    await cancel(ana, 'b')
    await orders.answer(await orders.called(), { result: 'a' })
    await server.rest()
    expect(orders.client.takeUnheard()).toEqual([])
  })

  test('is not another’s, nor one that is over', async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    await call(ana, 'orders/ship')
    const called = await orders.called()
    const eve = await server.person('eve')
    expect((await cancel(eve)).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    await orders.answer(called, { result: 1 })
    expect(answerIn(await ana.hears())).toEqual({ result: 1 })
    expect((await cancel(ana)).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
  })

  test('without Correlation Data is not known', async () => {
    const { ana } = await open()
    const puback = await ana.say('daak/rpc/orders/$cancel', '')
    expect([puback.reasonCode, puback.properties?.reasonString]).toEqual([0x83, expect.stringMatching(/Correlation/)])
  })

  test('by going away is cancelled too', async () => {
    const { server } = await open()
    const orders = await Instance.connect(server, 'orders')
    const ben = await server.person('ben')
    await call(ben, 'orders/ship')
    await orders.called()
    await ben.vanish()
    expect(textOf(await orders.called())).toBe('{"reason":"disconnected"}')
  })
})

describe('an answer', () => {
  const asked = async () => {
    const { server, ana } = await open()
    const orders = await Instance.connect(server, 'orders')
    await call(ana, 'orders/ship')
    return { server, ana, orders, called: await orders.called() }
  }

  test('of anybody but the instance that has the call is refused, also of another one of the service', async () => {
    const { server, ana, orders, called } = await asked()
    const other = await Instance.connect(server, 'orders', { connection: 'other' })
    for (const forger of [other, new Instance(ana)])
      expect((await forger.answer(called, { result: 'forged' })).reasonCode).toBe(ReasonCode.NotAuthorized)
    await orders.answer(called, { result: 'real' })
    expect(answerIn(await ana.hears())).toEqual({ result: 'real' })
  })

  test('with other Correlation Data, or to another caller, is refused, and may then be given rightly', async () => {
    const { ana, orders, called } = await asked()
    const { responseTopic = '', correlationData = new Uint8Array() } = called.properties ?? {}
    const forged: [string, SayFields][] = [
      [responseTopic, { mqtt: { correlationData: bytes('d') } }],
      [responseTopic, {}],
      [responseTopic.replace('ana', 'ben'), { mqtt: { correlationData } }],
      [`${responseTopic}1`, { mqtt: { correlationData } }],
      [ana.replies, { mqtt: { correlationData } }],
    ]
    for (const [topic, fields] of forged)
      expect((await orders.client.say(topic, '{}', fields)).reasonCode).toBe(ReasonCode.NotAuthorized)
    await orders.answer(called, { result: 'real' })
    expect(answerIn(await ana.hears())).toEqual({ result: 'real' })
  })

  test('is given once: the second one is late', async () => {
    const { server, ana, orders, called } = await asked()
    await orders.answer(called, { result: 'first' })
    expect((await orders.answer(called, { result: 'second' })).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    await server.rest()
    expect(ana.takeUnheard().map(answerIn)).toEqual([{ result: 'first' }])
  })

  test('that is to be retained is refused', async () => {
    const { orders, called } = await asked()
    expect((await orders.answer(called, {}, { retain: true })).reasonCode).toBe(0x83)
  })
})

describe('who may serve', () => {
  const plain = { dev: false, authentication: [byVendorConnection] }
  const filter = topics.serve('orders')

  test('is the client of that name, and no other', async () => {
    const server = await TestServer.open(plain)
    const orders = await server.client('orders')
    expect((await orders.subscribe(filter)).reasonCodes).toEqual([1])
    const eve = await server.client('eve')
    const suback = await eve.subscribe(filter)
    expect(suback.reasonCodes).toEqual([ReasonCode.NotAuthorized])
    expect(suback.properties?.reasonString).toBe('Only the client orders may serve orders, or whom a rule allows to')
  })

  test('is also whom a rule allows to, until the rule is taken back', async () => {
    const allowing = rules([{ allow: 'serve', topic: 'daak/rpc/orders/+', clients: ['worker'] }])
    const server = await TestServer.open({ ...plain, access: allowing })
    const [worker, eve, ana] = await Promise.all(
      ['worker', 'eve', 'ana'].map((name) => server.client(name, { connection: `acme.${name}` })),
    )
    if (!worker || !eve || !ana) throw new Error()
    await ana.subscribe(ana.replies)
    expect((await worker.subscribe(filter)).reasonCodes).toEqual([1])
    expect((await eve.subscribe(filter)).reasonCodes).toEqual([ReasonCode.NotAuthorized])
    await server.server.reload({ access: rules([{ allow: 'all', topic: '#' }]) })
    await worker.closed
    expect(await ana.call('orders/ship', {})).toMatchObject({ error: { code: -32010 } })
  })

  test.each(['conversations', 'history', 'turns'])('is nobody for %s, which is the server’s own', async (service) => {
    const { server } = await open()
    const client = await server.client(service)
    expect((await client.subscribe(topics.serve(service))).reasonCodes).toEqual([ReasonCode.NotAuthorized])
  })

  test.each([
    ['without a group', 'daak/rpc/orders/+'],
    ['in a group of another name', '$share/other/daak/rpc/orders/+'],
    ['one method only', '$share/orders/daak/rpc/orders/ship'],
    ['all services', '$share/+/daak/rpc/+/+'],
    ['a share of answers', '$share/orders/daak/replies/orders/orders-1'],
  ])('takes all its calls: %s is no way to', async (_, wrong) => {
    const { server } = await open()
    const orders = await server.client('orders')
    expect((await orders.subscribe(wrong)).reasonCodes).toEqual([ReasonCode.TopicFilterInvalid])
  })

  test('says how many calls it takes by a whole number', async () => {
    const { server } = await open()
    const orders = await server.client('orders')
    const suback = await orders.subscribe(filter, { properties: { capacity: '0' } })
    expect([suback.reasonCodes, suback.properties?.reasonString]).toEqual([[0x83], expect.stringMatching(/capacity/)])
  })

  test('is no client of MQTT 3.1.1, which hears of no Response Topic', async () => {
    const { server } = await open()
    const orders = await server.client('orders', { version: 4 })
    expect((await orders.subscribe(filter)).reasonCodes).toEqual([0x80])
  })
})

describe('a service in a session that is kept', () => {
  const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

  test('gets calls again when it is back, and none that came meanwhile', async () => {
    const { server, ana } = await open()
    const before = await Instance.connect(server, 'orders', kept)
    await before.client.disconnect()
    expect(await ana.call('orders/meanwhile', {})).toMatchObject({ error: { code: -32010 } })
    const back = await server.client('orders', kept)
    void ana.call('orders/now', {})
    expect((await back.hears()).topic).toBe('daak/rpc/orders/now')
  })

  test('gets calls again after a restart of the server', async () => {
    const { server } = await open()
    await (await Instance.connect(server, 'orders', kept)).client.disconnect()
    const next = await server.restart()
    const back = await next.client('orders', kept)
    const ana = await next.person('ana')
    void ana.call('orders/now', {})
    expect((await back.hears()).topic).toBe('daak/rpc/orders/now')
  })
})

test('calls that are under way count for the limit of their connection until they are answered', async () => {
  const { server, ana } = await open({ limits: { callsPerConnection: 1 } })
  const orders = await Instance.connect(server, 'orders')
  expect((await call(ana, 'orders/ship')).reasonCode).toBe(0)
  expect((await call(ana, 'orders/ship')).reasonCode).toBe(ReasonCode.QuotaExceeded)
  await orders.answer(await orders.called(), { result: 1 })
  await ana.hears()
  expect((await call(ana, 'orders/ship')).reasonCode).toBe(0)
})

test('a late answer is counted', async () => {
  const { server, ana } = await open({ listen: { httpPort: 0 } })
  const orders = await Instance.connect(server, 'orders')
  await call(ana, 'orders/ship')
  const called = await orders.called()
  for (const result of ['in time', 'late']) await orders.answer(called, { result })
  const metrics = await (await fetch(`http://127.0.0.1:${server.ports.httpPort}/metrics`)).text()
  expect(metrics).toMatch(/^daakia_late_answers_total 1$/m)
})
