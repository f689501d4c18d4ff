import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type House, type HouseOptions, openHouse as openAnyHouse } from '../support/house.js'
import { type Peer, textOf } from '../support/peer.js'
import { inMemory, onDisk } from '../support/storage.js'

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

/** A session of `ana` that subscribes to `room` and has gone. */
const withAbsentAna = async (house: House, qos: 1 | 2 = 1): Promise<void> => {
  const ana = await house.connect('ana', kept)
  await ana.subscribe('room', { qos })
  await ana.disconnect()
}

const say = async (house: House, ...texts: string[]): Promise<void> => {
  const ben = await house.connect('ben')
  for (const text of texts) {
    ben.publish('room', text, { qos: 2, packetId: 1 })
    await ben.expect('pubrec')
    ben.send({ type: 'pubrel', packetId: 1, reasonCode: 0 })
    await ben.expect('pubcomp')
  }
  await ben.disconnect()
}

const expectTexts = async (peer: Peer, ...texts: string[]) => {
  const packets = []
  for (const text of texts) {
    const packet = await peer.expect('publish')
    expect(textOf(packet)).toBe(text)
    packets.push(packet)
  }
  return packets
}

describe.each([
  ['in memory', inMemory],
  ['on disk', onDisk],
])('a session that outlives its connection, kept %s', (_, openStorage) => {
  const openHouse = async (options: HouseOptions = {}) => openAnyHouse({ ...options, storage: await openStorage() })

  it('keeps its subscriptions, and what was said to them meanwhile, in order', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    await say(house, '1', '2', '3')
    const ana = await house.connect('ana', kept)
    expect(ana.connack.sessionPresent).toBe(true)
    await expectTexts(ana, '1', '2', '3')
    await house.close()
  })

  it('of MQTT 3.1.1 is one that is not clean', async () => {
    const house = await openHouse()
    const before = await house.connect('ana', { version: 4, cleanStart: false })
    expect(before.connack.sessionPresent).toBe(false)
    await before.subscribe('room', { qos: 1 })
    await before.disconnect()
    await say(house, 'hello')
    const ana = await house.connect('ana', { version: 4, cleanStart: false })
    expect(ana.connack.sessionPresent).toBe(true)
    await expectTexts(ana, 'hello')
    await house.close()
  })

  it('survives the server', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    await say(house, 'before')
    const next = await house.restart()
    await say(next, 'after')
    const ana = await next.connect('ana', kept)
    expect(ana.connack.sessionPresent).toBe(true)
    await expectTexts(ana, 'before', 'after')
    await next.close()
  })

  it('gets QoS 1 messages that were on their way again, with DUP and the same packet identifiers', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    await say(house, '1', '2', '3')
    const before = await house.connect('ana', kept)
    const [first, second, third] = await expectTexts(before, '1', '2', '3')
    before.send({ type: 'puback', packetId: first?.packetId ?? 0, reasonCode: 0 })
    await before.heard()
    const next = await house.restart()

    const ana = await next.connect('ana', kept)
    const again = await expectTexts(ana, '2', '3')
    expect(again.map(({ dup, packetId }) => [dup, packetId])).toEqual([
      [true, second?.packetId],
      [true, third?.packetId],
    ])
    await say(next, '4')
    expect((await expectTexts(ana, '4'))[0]).toMatchObject({ dup: false })
    await next.close()
  })

  it('goes on with a QoS 2 message where it was, on both sides of PUBREC', async () => {
    const house = await openHouse()
    await withAbsentAna(house, 2)
    await say(house, '1', '2')
    const before = await house.connect('ana', kept)
    const [first, second] = await expectTexts(before, '1', '2')
    before.send({ type: 'pubrec', packetId: first?.packetId ?? 0, reasonCode: 0 })
    await before.expect('pubrel')
    const next = await house.restart()

    const ana = await next.connect('ana', kept)
    expect(await ana.expect('pubrel')).toMatchObject({ packetId: first?.packetId })
    expect(await ana.expect('publish')).toMatchObject({ dup: true, packetId: second?.packetId })
    ana.send({ type: 'pubcomp', packetId: first?.packetId ?? 0, reasonCode: 0 })
    ana.send({ type: 'pubrec', packetId: second?.packetId ?? 0, reasonCode: 0 })
    await ana.expect('pubrel')
    ana.send({ type: 'pubcomp', packetId: second?.packetId ?? 0, reasonCode: 0 })
    await ana.heard()
    const last = await next.restart()
    const done = await last.connect('ana', kept)
    expect(await done.heard()).toEqual([])
    await last.close()
  })

  it('remembers which QoS 2 publishes it has taken, so that none is taken twice', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', kept)
    ana.publish('room', 'once', { qos: 2, packetId: 9 })
    await ana.expect('pubrec')
    const next = await house.restart()
    const ben = await next.connect('ben')
    await ben.subscribe('room')
    const back = await next.connect('ana', kept)
    back.publish('room', 'once', { qos: 2, packetId: 9, dup: true })
    await back.expect('pubrec')
    back.send({ type: 'pubrel', packetId: 9, reasonCode: 0 })
    await back.expect('pubcomp')
    back.publish('room', 'new', { qos: 2, packetId: 9 })
    await back.expect('pubrec')
    expect(await ben.messages()).toEqual(['new'])
    await next.close()
  })

  it('gets no message whose life was over before it came back', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    const ben = await house.connect('ben')
    ben.publish('room', 'short', { qos: 1, packetId: 1, properties: { messageExpiryInterval: 5 } })
    await ben.expect('puback')
    ben.publish('room', 'long', { qos: 1, packetId: 1, properties: { messageExpiryInterval: 50 } })
    await ben.expect('puback')
    house.clock.advance(20_000)
    const ana = await house.connect('ana', kept)
    const [message] = await expectTexts(ana, 'long')
    expect(message?.properties?.messageExpiryInterval).toBe(30)
    expect(house.counters.expired).toBe(1)
    await house.close()
  })

  it('ends when its time is over, also while the server was down', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    const next = await house.restart()
    next.clock.advance(3_600_000)
    const ana = await next.connect('ana', kept)
    expect(ana.connack.sessionPresent).toBe(false)
    await next.close()
  })

  it('ends when the client starts anew', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    await say(house, 'old')
    const ana = await house.connect('ana', { ...kept, cleanStart: true })
    expect(ana.connack.sessionPresent).toBe(false)
    await say(house, 'not subscribed')
    expect(await ana.heard()).toEqual([])
    await house.close()
  })

  it('can be ended by the DISCONNECT of the client', async () => {
    const house = await openHouse()
    const before = await house.connect('ana', kept)
    before.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
    await before.closed
    const ana = await house.connect('ana', kept)
    expect(ana.connack.sessionPresent).toBe(false)
    await house.close()
  })

  it('gives all it kept to a connection that will not keep it any longer', async () => {
    const house = await openHouse()
    await withAbsentAna(house)
    await say(house, '1')
    const last = await house.connect('ana', { cleanStart: false })
    expect(last.connack.sessionPresent).toBe(true)
    await expectTexts(last, '1')
    await say(house, '2')
    await expectTexts(last, '2')
    await last.disconnect()
    const ana = await house.connect('ana', kept)
    expect(ana.connack.sessionPresent).toBe(false)
    expect(await ana.heard()).toEqual([])
    await house.close()
  })

  it('lasts no longer than the server keeps any, which CONNACK says', async () => {
    const house = await openHouse({ brokerLimits: { sessionExpirySeconds: 60 } })
    const ana = await house.connect('ana', kept)
    expect(ana.connack.properties?.sessionExpiryInterval).toBe(60)
    await house.close()
  })

  it('is told to a shared subscription only when nobody of the group is there', async () => {
    const house = await openHouse()
    const away = await house.connect('away', kept)
    await away.subscribe('$share/crew/room', { qos: 1 })
    await away.disconnect()
    const here = await house.connect('here')
    await here.subscribe('$share/crew/room', { qos: 1 })
    await say(house, '1', '2')
    for (const { packetId = 0 } of await expectTexts(here, '1', '2'))
      here.send({ type: 'puback', packetId, reasonCode: 0 })
    await here.disconnect()
    await say(house, '3')
    const back = await house.connect('away', kept)
    await expectTexts(back, '3')
    await house.close()
  })
})

describe('many sessions', () => {
  it('of clients that were connected when the server died go on as if their connections had broken', async () => {
    const storage = await inMemory()
    const dying = await openAnyHouse({ storage })
    const watcher = await dying.connect('watcher', kept)
    await watcher.subscribe('gone/#', { qos: 1 })
    const will = { topic: 'gone/ana', payload: Buffer.from('gone'), qos: 1, retain: false } as const
    const ana = await dying.connect('ana', { ...kept, will })
    await ana.subscribe('room')

    const next = await openAnyHouse({ storage })
    const back = await next.connect('watcher', kept)
    expect(back.connack.sessionPresent).toBe(true)
    await expectTexts(back, 'gone')
    await next.close()
  })
})

describe('a session that ends with its connection', () => {
  it('can not be kept by its DISCONNECT', async () => {
    const house = await openAnyHouse()
    const ana = await house.connect('ana')
    ana.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 60 } })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await house.close()
  })

  it('is closed with 0x97 when more waits for it than the server keeps in memory', async () => {
    const house = await openAnyHouse({ accountLimits: { perConnection: { queuedMessages: 2 } } })
    const ana = await house.connect('ana', { properties: { receiveMaximum: 1 } })
    await ana.subscribe('room', { qos: 1 })
    await say(house, '1', '2', '3', '4')
    await expectTexts(ana, '1')
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.QuotaExceeded })
    await house.close()
  })
})

describe('limits of a session', () => {
  it('are told with their reason codes', async () => {
    const house = await openAnyHouse({
      brokerLimits: { topicLevels: 3 },
      accountLimits: { perConnection: { subscriptions: 1 } },
    })
    const ana = await house.connect('ana')
    expect(await ana.subscribe('a/b/c/d')).toEqual([ReasonCode.TopicFilterInvalid])
    expect(await ana.subscribe('a')).toEqual([0])
    expect(await ana.subscribe('a', { qos: 1 })).toEqual([1])
    expect(await ana.subscribe('b')).toEqual([ReasonCode.QuotaExceeded])
    await house.close()
  })
})
