import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Authenticate } from '../../src/connection-manager/index.js'
import { openHouse } from '../support/house.js'

describe('a message of plain MQTT', () => {
  it('reaches those whose filter takes its topic in, and nobody else', async () => {
    const house = await openHouse()
    const sender = await house.connect('sender')
    const exact = await house.connect('exact')
    const wild = await house.connect('wild')
    const other = await house.connect('other')
    await exact.subscribe('kitchen/oven')
    await wild.subscribe('kitchen/#')
    await other.subscribe('garden/+')

    sender.publish('kitchen/oven', 'hot')
    await sender.heard()

    expect(await exact.messages()).toEqual(['hot'])
    expect(await wild.messages()).toEqual(['hot'])
    expect(await other.messages()).toEqual([])
    await house.close()
  })

  it('comes once by overlapping filters, with all their identifiers and the highest QoS', async () => {
    const house = await openHouse()
    const client = await house.connect('ana')
    await client.subscribe('kitchen/oven', { identifier: 7 })
    await client.subscribe('kitchen/+', { identifier: 9, qos: 1 })

    client.publish('kitchen/oven', 'hot', { qos: 1 })

    const [publish, ...rest] = (await client.heard()).filter(({ type }) => type === 'publish')
    expect(publish).toMatchObject({ qos: 1, properties: { subscriptionIdentifiers: [7, 9] } })
    expect(rest).toEqual([])
    await house.close()
  })

  it('does not come back to its sender by a subscription with No Local', async () => {
    const house = await openHouse()
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    await ana.subscribe('room', { noLocal: true })
    await ben.subscribe('room', { noLocal: true })
    ana.publish('room', 'hello')
    expect(await ana.messages()).toEqual([])
    expect(await ben.messages()).toEqual(['hello'])
    await house.close()
  })

  it('says RETAIN only to those who asked for it as published', async () => {
    const house = await openHouse()
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    await ana.subscribe('lamp', { retainAsPublished: true })
    await ben.subscribe('lamp')
    ben.publish('lamp', 'on', { retain: true })
    expect(await ana.expect('publish')).toMatchObject({ retain: true })
    expect(await ben.expect('publish')).toMatchObject({ retain: false })
    await house.close()
  })

  it('keeps its properties on the way', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    await ana.subscribe('room')
    const properties = {
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Uint8Array.of(1, 2),
      userProperties: [
        ['a', '1'],
        ['a', '2'],
      ] as const,
    }
    ana.publish('room', 'hello', { properties })
    expect((await ana.expect('publish')).properties).toEqual(properties)
    await house.close()
  })

  it('comes to clients of MQTT 3.1.1 and of 5 alike, in order', async () => {
    const house = await openHouse()
    const old = await house.connect('old', { version: 4 })
    const sender = await house.connect('sender')
    await old.subscribe('#', { qos: 1 })
    for (let i = 0; i < 100; i++) sender.publish('count', String(i), { qos: 1, packetId: i + 1 })
    await sender.heard()
    expect(await old.messages()).toEqual(Array.from({ length: 100 }, (_, i) => String(i)))
    await house.close()
  })

  it('does not leave its vendor', async () => {
    const byPassword: Authenticate = ({ username, password }) => ({
      identity: { vendor: new TextDecoder().decode(password), client: username ?? '' },
    })
    const house = await openHouse({ authentication: [byPassword] })
    const login = (vendor: string) => ({ username: 'ana', password: new TextEncoder().encode(vendor) })
    const here = await house.connect('phone', login('here'))
    const there = await house.connect('phone', login('there'))
    await here.subscribe('#')
    await there.subscribe('#')
    here.publish('room', 'for us')
    expect(await here.messages()).toEqual(['for us'])
    expect(await there.messages()).toEqual([])
    await house.close()
  })

  it('is no more sent after UNSUBSCRIBE', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    await ana.subscribe('room')
    ana.send({ type: 'unsubscribe', packetId: 3, filters: ['room', 'never'] })
    const { reasonCodes } = await ana.expect('unsuback')
    expect(reasonCodes).toEqual([ReasonCode.Success, ReasonCode.NoSubscriptionExisted])
    ana.publish('room', 'hello')
    expect(await ana.messages()).toEqual([])
    await house.close()
  })

  it('under a topic that begins with $ is refused', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    ana.publish('$SYS/uptime', '1', { qos: 1 })
    expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(house.counters.refused).toBe(1)
    await house.close()
  })
})

describe('a shared subscription', () => {
  it('gives each message to one of its members, in turn', async () => {
    const house = await openHouse()
    const sender = await house.connect('sender')
    const workers = [await house.connect('one'), await house.connect('two'), await house.connect('three')]
    for (const worker of workers) await worker.subscribe('$share/crew/jobs/+')
    for (const job of ['1', '2', '3', '4', '5', '6']) sender.publish('jobs/dig', job)
    await sender.heard()
    const shares = await Promise.all(workers.map((worker) => worker.messages()))
    expect(shares.map((share) => share.length)).toEqual([2, 2, 2])
    expect(shares.flat().sort()).toEqual(['1', '2', '3', '4', '5', '6'])
    await house.close()
  })

  it('leaves out members that have gone', async () => {
    const house = await openHouse()
    const [one, two] = [await house.connect('one'), await house.connect('two')]
    for (const worker of [one, two]) await worker.subscribe('$share/crew/jobs')
    await one.disconnect()
    for (const job of ['1', '2']) two.publish('jobs', job)
    expect(await two.messages()).toEqual(['1', '2'])
    await house.close()
  })

  it('of each group and each ordinary subscription gets its own copy', async () => {
    const house = await openHouse()
    const [one, two, three] = [await house.connect('one'), await house.connect('two'), await house.connect('three')]
    await one.subscribe('$share/red/jobs')
    await two.subscribe('$share/blue/jobs')
    await three.subscribe('jobs')
    one.publish('jobs', 'dig')
    expect(await one.messages()).toEqual(['dig'])
    expect(await two.messages()).toEqual(['dig'])
    expect(await three.messages()).toEqual(['dig'])
    await house.close()
  })

  it('is refused where it names no group or no filter', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', { version: 4 })
    expect(await ana.subscribe('$share/crew')).toEqual([ReasonCode.UnspecifiedError])
    await house.close()
  })
})

describe('authorization', () => {
  it('is asked for every topic and filter of plain MQTT, a shared one by the filter in it', async () => {
    const asked: string[] = []
    const house = await openHouse({
      authorize: async ({ client }, { action, topic }) => {
        asked.push(`${client} ${action} ${topic}`)
        return topic.startsWith('free/')
      },
    })
    const ana = await house.connect('ana')
    expect(await ana.subscribe('free/+')).toEqual([ReasonCode.Success])
    expect(await ana.subscribe('$share/crew/secret')).toEqual([ReasonCode.NotAuthorized])
    ana.publish('secret', 'x', { qos: 1, packetId: 1 })
    ana.publish('free/a', 'y', { qos: 1, packetId: 2 })
    const packets = [await ana.next(), await ana.next(), await ana.next()]
    expect(packets.filter((packet) => packet?.type === 'publish')).toMatchObject([{ topic: 'free/a' }])
    expect(packets.filter((packet) => packet?.type === 'puback')).toMatchObject([
      { packetId: 1, reasonCode: ReasonCode.NotAuthorized },
      { packetId: 2, reasonCode: ReasonCode.Success },
    ])
    expect(asked).toEqual(['ana subscribe free/+', 'ana subscribe secret', 'ana publish secret', 'ana publish free/a'])
    await house.close()
  })

  it('of the topic of a will is asked when the client connects', async () => {
    const house = await openHouse({ authorize: () => false })
    const will = { topic: 'gone', payload: new Uint8Array(), qos: 0, retain: false } as const
    const ana = house.peer()
    expect(await ana.connect({ will })).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    await ana.closed
    await house.close()
  })
})
