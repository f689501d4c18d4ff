import { type QoS, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../src/broker/index.js'
import { textOf, subscriptionRequest as to } from '../../support/peer.js'
import { bytes, expectEnd, expectMessages, house, kept, restarted, say, sayOnce, subscribeAll } from '../support.js'

/** A SUBSCRIBE with packet identifier 1 and no properties. */
const subscribe = (firstByte: number, ...payload: number[]) => bytes(firstByte, 3 + payload.length, 0, 1, 0, ...payload)

describe('3.8 SUBSCRIBE', () => {
  it.each<[clause: string, what: string, packet: Uint8Array, code: number]>([
    ['MQTT-3.8.1-1', 'other header flags', subscribe(0x80, 0, 1, 0x61, 0), ReasonCode.MalformedPacket],
    ['MQTT-3.8.3-1', 'a filter that is no UTF-8', subscribe(0x82, 0, 1, 0xff, 0), ReasonCode.MalformedPacket],
    ['MQTT-3.8.3-2', 'no filter', subscribe(0x82), ReasonCode.ProtocolError],
    ['MQTT-3.8.3-5', 'reserved option 6', subscribe(0x82, 0, 1, 0x61, 0x40), ReasonCode.MalformedPacket],
    ['MQTT-3.8.3-5', 'reserved option 7', subscribe(0x82, 0, 1, 0x61, 0x80), ReasonCode.MalformedPacket],
    ['3.8.3.1', 'Retain Handling 3', subscribe(0x82, 0, 1, 0x61, 0x30), ReasonCode.ProtocolError],
    ['3.8.3.1', 'QoS 3', subscribe(0x82, 0, 1, 0x61, 3), ReasonCode.ProtocolError],
  ])('[%s] with %s ends the connection', async (_, __, packet, code) => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.sendBytes(packet)
    await expectEnd(ana, code)
  })

  it('[MQTT-3.8.3-3] with No Local brings the client nothing that it says itself, under any connection', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('room', { qos: 1, noLocal: true })
    await say(before, 'room', 'mine')
    await before.vanish()
    const back = await server.connect('ana', kept)
    await say(back, 'room', 'mine again')
    await say(await server.connect('ben'), 'room', 'not mine')
    expect(await back.messages()).toEqual(['not mine'])
  })

  it('[MQTT-3.8.3-3] with No Local adds nothing to what another subscription brings of one’s own', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('room', { qos: 2, noLocal: true, identifier: 1 })
    await ana.subscribe('#', { qos: 1, identifier: 2 })
    ana.publish('room', 'mine', { qos: 2, packetId: 1 })
    await sayOnce(await server.connect('ben'), 'room', 'not mine')
    const heard = (await ana.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet] : []))
    expect(heard.map((packet) => [textOf(packet), packet.qos])).toEqual([
      ['mine', 1],
      ['not mine', 2],
    ])
    const [mine, notMine] = heard.map(({ properties }) => properties?.subscriptionIdentifiers)
    expect(mine).toEqual([2])
    expect(new Set(notMine)).toEqual(new Set([1, 2]))
  })

  it('[MQTT-3.8.3-3] with No Local finds what is retained, whoever left it there', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await say(ana, 'lamp', 'on', { retain: true })
    await ana.subscribe('lamp', { noLocal: true })
    await expectMessages(ana, 'on')
    await say(ana, 'lamp', 'off', { retain: true })
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.8.4-1] [MQTT-3.8.4-2] is answered with its packet identifier', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    for (const packetId of [1, 2, 65_535])
      expect(await subscribeAll(ana, [to('a')], packetId)).toMatchObject({ packetId })
  })

  it('[MQTT-3.8.4-3] with the same filter takes the place of the earlier subscription', async () => {
    const server = await house()
    const ana = await server.connect('ana', kept)
    await ana.subscribe('room', { qos: 2, identifier: 1 })
    await ana.subscribe('room', { qos: 1, identifier: 2 })
    const ben = await server.connect('ben')
    await sayOnce(ben, 'room', 'hello')
    const [hello] = await expectMessages(ana, 'hello')
    expect(hello).toMatchObject({ qos: 1, properties: { subscriptionIdentifiers: [2] } })
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.8.4-4] with the same filter brings the retained messages again, and loses nothing meanwhile', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await say(ben, 'room/kept', 'kept', { retain: true })
    await ana.subscribe('room/#', { qos: 1 })
    await expectMessages(ana, 'kept')
    for (let i = 0; i < 20; i++) ben.publish('room/live', String(i), { qos: 1, packetId: i + 1 })
    for (let i = 0; i < 10; i++) ana.send({ type: 'subscribe', packetId: 9, subscriptions: [to('room/#', { qos: 1 })] })
    await ben.heard()
    const heard = await ana.messages()
    expect(heard.filter((text) => text === 'kept')).toHaveLength(10)
    expect(heard.filter((text) => text !== 'kept')).toEqual(Array.from({ length: 20 }, (_, i) => String(i)))
  })

  it('[MQTT-3.8.4-5] with several filters is as many subscriptions, one after the other, with one answer', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await say(ben, 'a', 'kept', { retain: true })
    const suback = await subscribeAll(ana, [to('a'), to('b', { qos: 1 }), to('a', { qos: 2, retainHandling: 1 })])
    expect(suback.reasonCodes).toEqual([0, 1, 2])
    expect(await ana.messages()).toEqual(['kept'])
    await sayOnce(ben, 'a', 'once')
    expect((await expectMessages(ana, 'once'))[0]).toMatchObject({ qos: 2 })
  })

  it.each([0, 1, 2] as const)('[MQTT-3.8.4-8] granted QoS %i brings no message with a higher one', async (granted) => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await ana.subscribe('room', { qos: granted })
    for (const qos of [0, 1, 2] as const) ben.publish('room', String(qos), { qos, packetId: qos || 9 })
    await ben.heard()
    const heard = (await ana.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet.qos] : []))
    expect(heard).toEqual(([0, 1, 2] as QoS[]).map((qos) => Math.min(qos, granted)))
  })

  it('(3.8.2.1.2) has an identifier that stays with the session, and that the next one with its filter changes', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('one', { qos: 1, identifier: 268_435_455 })
    await before.subscribe('two', { qos: 1, identifier: 3 })
    await before.subscribe('two', { qos: 1 })
    await before.vanish()
    const later = await restarted(server)
    const [ana, ben] = [await later.connect('ana', kept), await later.connect('ben')]
    for (const topic of ['one', 'two']) await say(ben, topic, topic)
    const [one, two] = await expectMessages(ana, 'one', 'two')
    expect(one?.properties?.subscriptionIdentifiers).toEqual([268_435_455])
    expect(two?.properties?.subscriptionIdentifiers).toBeUndefined()
  })

  it('(3.8.3.1) has Retain Handling: 0 always, 1 for a new subscription, 2 never', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await say(ben, 'lamp', 'on', { retain: true })
    const found = async (retainHandling: 0 | 1 | 2) => {
      await ana.subscribe('lamp', { retainHandling })
      return ana.messages()
    }
    expect([await found(2), await found(1), await found(0), await found(0)]).toEqual([[], [], ['on'], ['on']])
    await ben.subscribe('lamp', { retainHandling: 1 })
    expect(await ben.messages()).toEqual(['on'])
  })
})

describe('3.9 SUBACK', () => {
  const answers: Exchange = {
    publish: async () => ({ reasonCode: 0 }),
    subscribe: async () => ({ reasonCode: 0x87, reason: 'no '.repeat(30), userProperties: [['pos', '1:'.repeat(40)]] }),
    unsubscribe: async () => false,
    resume: async () => {},
    attach: () => {},
    detach: () => {},
  }

  it('[MQTT-3.9.2-1] [MQTT-3.9.2-2] explains no more than fits', async () => {
    const server = await house({ exchange: answers })
    const [ana, ben] = [
      await server.connect('ana'),
      await server.connect('ben', { properties: { maximumPacketSize: 50 } }),
    ]
    const long = await subscribeAll(ana, [to('daak/turns/+')])
    expect(long.properties?.reasonString).toContain('no')
    expect(long.properties?.userProperties).toHaveLength(1)
    const short = await subscribeAll(ben, [to('daak/turns/+')])
    expect([short.reasonCodes, short.properties ?? {}]).toEqual([[ReasonCode.NotAuthorized], {}])
  })

  it('[MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] [MQTT-3.9.3-2] says what each filter was granted, in order', async () => {
    const server = await house({
      authorize: (_, { topic }) => topic !== 'secret',
      accountLimits: { perConnection: { subscriptions: 3 } },
    })
    const ana = await server.connect('ana')
    const wanted = [to('secret'), to('a', { qos: 2 }), to('b#'), to('b', { qos: 1 }), to(''), to('c'), to('d')]
    expect((await subscribeAll(ana, wanted)).reasonCodes).toEqual([
      ReasonCode.NotAuthorized,
      ReasonCode.GrantedQoS2,
      ReasonCode.TopicFilterInvalid,
      ReasonCode.GrantedQoS1,
      ReasonCode.TopicFilterInvalid,
      ReasonCode.Success,
      ReasonCode.QuotaExceeded,
    ])
  })
})
