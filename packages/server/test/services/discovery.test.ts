import { type ServiceInfo, type ServiceList, topics } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'
import { byVendorConnection } from '../support/vendors.js'
import { Instance } from './support/instance.js'

const ship = { description: 'Sends an order', params: { type: 'object' }, result: { type: 'string' } }
const announces = { version: '2', description: 'Orders', methods: JSON.stringify({ ship }) }

const open = async () => {
  const server = await TestServer.open()
  return { server, ana: await server.person('ana') }
}

/** Clients of two vendors. */
const openForVendors = () => TestServer.open({ dev: false, authentication: [byVendorConnection] })

const infoOf = (packet: PublishPacket): ServiceInfo => JSON.parse(textOf(packet))
const hearsInfo = async (client: Client) => infoOf(await client.hears())
const resultOf = <T>(answer: unknown): T => (answer as { result: T }).result

describe('daak/services/{service}', () => {
  test('tells who subscribes later what a service has announced, retained', async () => {
    const { server, ana } = await open()
    await Instance.connect(server, 'orders', { announces })
    expect((await ana.subscribe('daak/services/orders', { identifier: 7 })).reasonCodes).toEqual([1])
    const told = await ana.hears()
    expect(told).toMatchObject({ topic: 'daak/services/orders', retain: true, qos: 1 })
    expect(told.properties).toMatchObject({ contentType: 'application/json', subscriptionIdentifiers: [7] })
    expect(infoOf(told)).toEqual({
      service: 'orders',
      instances: 1,
      version: '2',
      description: 'Orders',
      methods: { ship },
    })
  })

  test('tells when instances come, announce something else, unsubscribe and vanish; and nothing of a service that is gone', async () => {
    const { server, ana } = await open()
    await ana.subscribe('daak/services/orders')
    const one = await Instance.connect(server, 'orders', { connection: 'one' })
    expect(await hearsInfo(ana)).toEqual({ service: 'orders', instances: 1 })
    const two = await Instance.connect(server, 'orders', { connection: 'two', announces })
    expect(await hearsInfo(ana)).toMatchObject({ instances: 2, version: '2' })
    await two.serve('orders', { ...announces, version: '3' })
    expect(await hearsInfo(ana)).toMatchObject({ instances: 2, version: '3' })
    await two.client.unsubscribe(topics.serve('orders'))
    expect(await hearsInfo(ana)).toEqual({ service: 'orders', instances: 1 })
    await one.client.vanish()
    expect(await ana.hears()).toMatchObject({ topic: 'daak/services/orders', retain: false, payload: new Uint8Array() })

    const ben = await server.client('ben')
    await ben.subscribe('daak/services/orders')
    await server.rest()
    expect(ben.takeUnheard()).toEqual([])
  })

  test('with + tells all services of the vendor, the server’s own too, and none of another vendor', async () => {
    const server = await openForVendors()
    for (const [vendor, name] of [
      ['acme', 'orders'],
      ['acme', 'billing'],
      ['globex', 'secrets'],
    ] as const) {
      const client = await server.client(name, { connection: `${vendor}.${name}` })
      expect((await client.subscribe(topics.serve(name))).reasonCodes).toEqual([1])
    }
    const ana = await server.client('ana', { connection: 'acme.ana' })
    await ana.subscribe('daak/services/+')
    await server.rest()
    const told = ana.takeUnheard().map(infoOf)
    expect(told.map(({ service }) => service)).toEqual(
      expect.arrayContaining(['billing', 'history', 'orders', 'turns']),
    )
    expect(told.map(({ service }) => service)).not.toContain('secrets')

    const late = await server.client('more', { connection: 'globex.more' })
    await late.subscribe(topics.serve('more'))
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })

  test('is told once, and as it is now, to who did not read while it changed', async () => {
    const { server, ana } = await open()
    await ana.subscribe('daak/services/orders')
    const slow = await server.client('slow', { silent: true, properties: { receiveMaximum: 1 } })
    await slow.subscribe('daak/services/orders')
    const orders = await Instance.connect(server, 'orders')
    const first = await slow.hears()
    for (const version of ['2', '3', '4']) await orders.serve('orders', { version })
    for (let i = 0; i < 4; i++) await ana.hears()
    expect(slow.takeUnheard()).toEqual([])
    slow.acknowledge(first)
    const second = await slow.hears()
    slow.acknowledge(second)
    // One was waiting for room already.
    expect(infoOf(second)).toMatchObject({ version: '2' })
    expect(await hearsInfo(slow)).toMatchObject({ version: '4' })
  })

  test('follows Retain Handling and Retain As Published', async () => {
    const { server, ana } = await open()
    await Instance.connect(server, 'orders', { announces })
    await ana.subscribe('daak/services/orders', { retainHandling: 2, retainAsPublished: true })
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
    await Instance.connect(server, 'orders', { connection: 'two' })
    expect(await ana.hears()).toMatchObject({ retain: true })
  })

  test('is told to a session that is back as it is now', async () => {
    const { server } = await open()
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }
    const before = await server.client('ana', { ...kept, connection: 'phone' })
    await before.subscribe('daak/services/orders')
    await before.vanish()
    await Instance.connect(server, 'orders')
    const back = await server.client('ana', { ...kept, connection: 'phone' })
    expect(await hearsInfo(back)).toEqual({ service: 'orders', instances: 1 })
  })

  test('is for reading only, and of a name', async () => {
    const { ana } = await open()
    expect((await ana.say('daak/services/orders', '{}')).reasonCode).toBe(ReasonCode.TopicNameInvalid)
    expect((await ana.subscribe('daak/services/or ders')).reasonCodes).toEqual([ReasonCode.TopicFilterInvalid])
    expect((await ana.subscribe('daak/services/#')).reasonCodes).toEqual([ReasonCode.TopicFilterInvalid])
  })
})

describe('an announcement', () => {
  test.each([
    ['that is no JSON', { methods: '{' }, /"methods" must be JSON/],
    ['with methods that are a list', { methods: '["ship"]' }, /"methods" must be JSON/],
    ['with a schema that is none', { methods: '{"ship":{"params":7}}' }, /"methods" must be JSON/],
    ['with a name that none can have', { methods: '{"a/b":{}}' }, /has the name "a\/b"/],
    ['with a version that is too long', { version: 'x'.repeat(257) }, /"version" must be at most 256/],
    ['with a description that is too long', { description: 'x'.repeat(1_025) }, /"description" must be at most/],
  ])('%s is refused', async (_, properties, help) => {
    const { server } = await open()
    const orders = await server.client('orders')
    const suback = await orders.subscribe(topics.serve('orders'), { properties })
    expect([suback.reasonCodes, suback.properties?.reasonString]).toEqual([[0x83], expect.stringMatching(help)])
  })

  test('may tell of its methods in parts', async () => {
    const { server, ana } = await open()
    const orders = await server.client('orders')
    orders.sendPacket({
      type: 'subscribe',
      packetId: 99,
      subscriptions: [
        { filter: topics.serve('orders'), qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
      properties: { userProperties: ['a', 'b'].map((name) => ['methods', JSON.stringify({ [name]: {} })] as const) },
    })
    await orders.answer()
    expect(await ana.call('services/describe', { service: 'orders' })).toMatchObject({
      result: { methods: { a: {}, b: {} } },
    })
  })
})

describe('methods that were announced', () => {
  const withMethods = (...names: string[]) => ({
    methods: JSON.stringify(Object.fromEntries(names.map((name) => [name, {}]))),
  })

  test('decide which instances get a call, for while there are several versions', async () => {
    const { server, ana } = await open()
    const old = await Instance.connect(server, 'orders', { connection: 'old', announces: withMethods('ship') })
    const next = await Instance.connect(server, 'orders', {
      connection: 'new',
      announces: withMethods('ship', 'track'),
    })
    for (let i = 0; i < 3; i++) void ana.call('orders/track', {})
    for (let i = 0; i < 3; i++) expect((await next.called()).topic).toBe('daak/rpc/orders/track')
    expect(old.client.takeUnheard()).toEqual([])
  })

  test('are all there is: others are answered at once, also those that waited for an instance that had them', async () => {
    const { server, ana } = await open()
    const announced = { ...withMethods('ship', 'track'), capacity: '1' }
    const next = await Instance.connect(server, 'orders', { connection: 'new', announces: announced })
    await Instance.connect(server, 'orders', { connection: 'old', announces: withMethods('ship') })
    expect(await ana.call('orders/return', {})).toMatchObject({ error: { code: -32601 } })
    void ana.call('orders/track', {})
    await next.called()
    const waiting = ana.call('orders/track', {})
    await next.client.unsubscribe(topics.serve('orders'))
    expect(await waiting).toEqual({ error: { code: -32601, message: 'There is no method orders/track' } })
  })
})

describe('services/list', () => {
  const list = async (client: Client, params: object = {}) =>
    resultOf<ServiceList>(await client.call('services/list', params)).services

  test('tells the services of the vendor in the order of their names, with the names of their methods', async () => {
    const { server, ana } = await open()
    await Instance.connect(server, 'orders', { announces })
    const services = await list(ana)
    expect(services).toContainEqual({
      service: 'orders',
      instances: 1,
      version: '2',
      description: 'Orders',
      methods: ['ship'],
    })
    expect(services.find(({ service }) => service === 'services')?.methods).toEqual(['list', 'describe'])
    const names = services.map(({ service }) => service)
    expect(names).toEqual(names.toSorted())
  })

  test('goes on after a name, as far as it is asked to', async () => {
    const { server, ana } = await open()
    for (const name of ['zeta', 'zulu', 'zz']) await Instance.connect(server, name)
    const found = await list(ana, { after: 'zeta', limit: 1 })
    expect(found.map(({ service }) => service)).toEqual(['zulu'])
  })

  test('tells nothing of another vendor', async () => {
    const server = await openForVendors()
    const other = await server.client('secrets', { connection: 'globex.1' })
    await other.subscribe(topics.serve('secrets'))
    const ana = await server.client('ana', { connection: 'acme.1' })
    await ana.subscribe(ana.replies)
    expect((await list(ana)).map(({ service }) => service)).not.toContain('secrets')
    expect(await ana.call('services/describe', { service: 'secrets' })).toMatchObject({ error: { code: -32004 } })
  })
})

describe('services/describe', () => {
  test('tells a service with the schemas of its methods', async () => {
    const { server, ana } = await open()
    await Instance.connect(server, 'orders', { announces })
    const info = resultOf<ServiceInfo>(await ana.call('services/describe', { service: 'orders' }))
    expect(info.methods).toEqual({ ship })
  })

  test('tells the server’s own with schemas that hold what the server checks', async () => {
    const { ana } = await open()
    const info = resultOf<ServiceInfo>(await ana.call('services/describe', { service: 'history' }))
    const { params, result } = info.methods?.read ?? {}
    expect(params).toMatchObject({
      type: 'object',
      properties: { conversation: { type: 'string' }, limit: { type: 'integer', maximum: 1_000 } },
      required: ['conversation'],
    })
    expect(result).toMatchObject({ type: 'object', properties: { messages: { type: 'array' } } })
  })

  test('tells that there is none', async () => {
    const { ana } = await open()
    expect(await ana.call('services/describe', { service: 'orders' })).toMatchObject({ error: { code: -32004 } })
  })

  test('has a schema for the params of every method of the server', async () => {
    const { ana } = await open()
    const { services } = resultOf<ServiceList>(await ana.call('services/list', {}))
    for (const { service } of services) {
      const { methods = {} } = resultOf<ServiceInfo>(await ana.call('services/describe', { service }))
      for (const [name, { params }] of Object.entries(methods))
        expect(params, `${service}/${name}`).toMatchObject({ type: expect.stringMatching('object') })
    }
  })
})
