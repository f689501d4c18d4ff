import { describe, expect, it } from 'vitest'
import { subscriptionRequest as to } from '../../support/peer.js'
import {
  acknowledge,
  expectEnd,
  expectMessages,
  house,
  kept4,
  overheard,
  say,
  sayOnce,
  subscribeAll,
  unsubscribe,
} from '../support.js'
import { packet, text } from './wire.js'

const old = { version: 4 } as const

describe('3.8 SUBSCRIBE of MQTT 3.1.1', () => {
  it.each([
    ['MQTT-3.8.1-1', 'other header flags', packet(0x80, 0, 1, ...text('a'), 0)],
    ['MQTT-3.8.3-1', 'a filter that is no UTF-8', packet(0x82, 0, 1, 0, 1, 0xff, 0)],
    ['MQTT-3.8.3-3', 'no filter', packet(0x82, 0, 1)],
    ['MQTT-3.8.3-4', 'QoS 3', packet(0x82, 0, 1, ...text('a'), 3)],
    ['MQTT-3.8.3-4', 'a reserved bit beside the QoS', packet(0x82, 0, 1, ...text('a'), 4)],
    ['MQTT-3.8.3-4', 'the highest bit beside the QoS', packet(0x82, 0, 1, ...text('a'), 0x81)],
  ])('[%s] with %s closes the connection', async (_, __, bytes) => {
    const server = await house()
    const ana = await server.connect('ana', old)
    ana.sendBytes(bytes)
    await expectEnd(ana)
  })

  it('[MQTT-3.8.4-1] [MQTT-3.8.4-2] is answered with its packet identifier', async () => {
    const server = await house()
    const ana = await server.connect('ana', old)
    for (const packetId of [1, 2, 65_535])
      expect(await subscribeAll(ana, [to('a')], packetId)).toMatchObject({ packetId })
  })

  it('[MQTT-3.8.4-3] with the same filter takes the place of the earlier subscription, and loses nothing', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    await say(ben, 'room/kept', 'kept', { retain: true })
    await ana.subscribe('room/#', { qos: 2 })
    await expectMessages(ana, 'kept')
    for (let i = 0; i < 20; i++) ben.publish('room/live', String(i), { qos: 2, packetId: i + 1 })
    ana.send({ type: 'subscribe', packetId: 9, subscriptions: [to('room/#', { qos: 1 })] })
    await ben.heard()
    const heard = await ana.messages()
    expect(heard.filter((each) => each === 'kept')).toHaveLength(1)
    expect(heard.filter((each) => each !== 'kept')).toEqual(Array.from({ length: 20 }, (_, i) => String(i)))
    await sayOnce(ben, 'room/live', 'last', { packetId: 99 })
    expect(await expectMessages(ana, 'last')).toMatchObject([{ qos: 1 }])
  })

  it('[MQTT-3.8.4-4] with several filters is as many subscriptions, one after the other, with one answer', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    const { reasonCodes } = await subscribeAll(ana, [to('a'), to('b', { qos: 1 }), to('a', { qos: 2 })])
    expect(reasonCodes).toEqual([0, 1, 2])
    await sayOnce(ben, 'a', 'once')
    expect(await expectMessages(ana, 'once')).toMatchObject([{ qos: 2 }])
    expect(await ana.heard()).toEqual([])
  })

  it.each([0, 1, 2] as const)('[MQTT-3.8.4-6] granted QoS %i brings no message with a higher one', async (granted) => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    await ana.subscribe('room', { qos: granted })
    for (const qos of [0, 1, 2] as const) ben.publish('room', String(qos), { qos, packetId: qos || 9 })
    await ben.heard()
    const heard = (await ana.heard()).flatMap((each) => (each.type === 'publish' ? [each.qos] : []))
    expect(heard).toEqual([0, 1, 2].map((qos) => Math.min(qos, granted)))
  })
})

describe('3.9 SUBACK of MQTT 3.1.1', () => {
  it('[MQTT-3.8.4-5] [MQTT-3.9.3-1] [MQTT-3.9.3-2] says what each filter was granted, in order, or 0x80', async () => {
    const server = await house({
      authorize: (_, { topic }) => topic !== 'secret',
      accountLimits: { perConnection: { subscriptions: 3 } },
    })
    const ana = await overheard(server, 'ana', old)
    ana.takeBytes()
    const wanted = [to('secret'), to('a', { qos: 2 }), to('b#'), to('b', { qos: 1 }), to(''), to('c'), to('d')]
    await subscribeAll(ana, wanted, 258)
    expect(Buffer.from(ana.takeBytes()).toString('hex')).toBe('90090102' + '80028001800080')
  })
})

describe('3.10 UNSUBSCRIBE of MQTT 3.1.1', () => {
  it.each([
    ['MQTT-3.10.1-1', 'other header flags', packet(0xa0, 0, 1, ...text('a'))],
    ['MQTT-3.10.3-1', 'a filter that is no UTF-8', packet(0xa2, 0, 1, 0, 1, 0xff)],
    ['MQTT-3.10.3-2', 'no filter', packet(0xa2, 0, 1)],
  ])('[%s] with %s closes the connection', async (_, __, bytes) => {
    const server = await house()
    const ana = await server.connect('ana', old)
    ana.sendBytes(bytes)
    await expectEnd(ana)
  })

  it('[MQTT-3.10.4-1] [MQTT-3.10.4-2] ends the subscription whose filter has the same characters, and no other', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    await ana.subscribe('a/+', { qos: 1 })
    await unsubscribe(ana, 'a/b', 'A/+', 'a/#', '/a/+', 'a/+ ')
    await say(ben, 'a/b', 'still')
    expect(await ana.messages()).toEqual(['still'])
    await unsubscribe(ana, 'a/+')
    await say(ben, 'a/b', 'no more')
    expect(await ana.messages()).toEqual([])
  })

  it('[MQTT-3.10.4-3] lets what is on its way arrive, also after another connection', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', kept4), await server.connect('ben', old)]
    await ana.subscribe('room', { qos: 2 })
    await say(ben, 'room', 'one')
    await sayOnce(ben, 'room', 'two')
    const [one, two] = await expectMessages(ana, 'one', 'two')
    await unsubscribe(ana, 'room')
    ana.send({ type: 'pubrec', packetId: two?.packetId ?? 0, reasonCode: 0 })
    expect(await ana.expect('pubrel')).toMatchObject({ packetId: two?.packetId })
    await ana.vanish()
    const back = await server.connect('ana', kept4)
    const [again] = await expectMessages(back, 'one')
    expect(again).toMatchObject({ dup: true, packetId: one?.packetId })
    if (again) acknowledge(back, again)
    expect(await back.expect('pubrel')).toMatchObject({ packetId: two?.packetId })
  })

  it('[MQTT-3.10.4-4] [MQTT-3.10.4-5] is answered with its packet identifier, though there was nothing to end', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana', old)
    ana.takeBytes()
    await unsubscribe(ana, 'never', 'nor', 'this')
    expect(Buffer.from(ana.takeBytes()).toString('hex')).toBe('b0020008')
  })

  it('[MQTT-3.10.4-6] with several filters ends as many subscriptions, one after the other, with one answer', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    for (const filter of ['a', 'b', 'c']) await ana.subscribe(filter, { qos: 1 })
    await unsubscribe(ana, 'a', 'c', 'a')
    for (const topic of ['a', 'b', 'c']) await say(ben, topic, topic)
    expect(await ana.messages()).toEqual(['b'])
  })
})
