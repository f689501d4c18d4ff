import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { acknowledge, bytes, expectEnd, expectMessages, house, kept, say, sayOnce, unsubscribe } from '../support.js'

/** An UNSUBSCRIBE with packet identifier 1 and no properties. */
const packetOf = (firstByte: number, ...payload: number[]) => bytes(firstByte, 3 + payload.length, 0, 1, 0, ...payload)

describe('3.10 UNSUBSCRIBE', () => {
  it.each<[clause: string, what: string, packet: Uint8Array, code: number]>([
    ['MQTT-3.10.1-1', 'other header flags', packetOf(0xa0, 0, 1, 0x61), ReasonCode.MalformedPacket],
    ['MQTT-3.10.3-1', 'a filter that is no UTF-8', packetOf(0xa2, 0, 1, 0xff), ReasonCode.MalformedPacket],
    ['MQTT-3.10.3-2', 'no filter', packetOf(0xa2), ReasonCode.ProtocolError],
  ])('[%s] with %s ends the connection', async (_, __, packet, code) => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.sendBytes(packet)
    await expectEnd(ana, code)
  })

  it('[MQTT-3.10.4-1] ends the subscription whose filter has the same characters, and no other', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await ana.subscribe('a/+', { qos: 1 })
    await ana.subscribe('$share/g/s', { qos: 1 })
    const { reasonCodes } = await unsubscribe(ana, 'a/b', 'A/+', 'a/#', '/a/+', 's', '$share/h/s', 'a/+ ')
    expect(reasonCodes).toEqual(Array(7).fill(ReasonCode.NoSubscriptionExisted))
    for (const topic of ['a/b', 's']) await say(ben, topic, topic)
    expect(await ana.messages()).toEqual(['a/b', 's'])
    expect((await unsubscribe(ana, 'a/+', '$share/g/s')).reasonCodes).toEqual([0, 0])
    for (const topic of ['a/b', 's']) await say(ben, topic, topic)
    expect(await ana.messages()).toEqual([])
  })

  it('[MQTT-3.10.4-2] stops what is new, also for a session that is kept', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', kept), await server.connect('ben')]
    await ana.subscribe('room', { qos: 1 })
    await unsubscribe(ana, 'room')
    await say(ben, 'room', 'there')
    await ana.vanish()
    await say(ben, 'room', 'away')
    const back = await server.connect('ana', kept)
    expect(await back.messages()).toEqual([])
  })

  it('[MQTT-3.10.4-3] lets what is on its way arrive, also after another connection', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', kept), await server.connect('ben')]
    await ana.subscribe('room', { qos: 2 })
    await say(ben, 'room', 'one')
    await sayOnce(ben, 'room', 'two')
    const [one, two] = await expectMessages(ana, 'one', 'two')
    await unsubscribe(ana, 'room')
    ana.send({ type: 'pubrec', packetId: two?.packetId ?? 0, reasonCode: 0 })
    expect(await ana.expect('pubrel')).toMatchObject({ packetId: two?.packetId })
    await ana.vanish()
    const back = await server.connect('ana', kept)
    const [again] = await expectMessages(back, 'one')
    expect(again).toMatchObject({ dup: true, packetId: one?.packetId })
    expect(await back.expect('pubrel')).toMatchObject({ packetId: two?.packetId })
    if (again) acknowledge(back, again)
    back.send({ type: 'pubcomp', packetId: two?.packetId ?? 0, reasonCode: 0 })
    expect(await back.heard()).toEqual([])
  })

  it('[MQTT-3.10.4-4] [MQTT-3.10.4-5] is answered with its packet identifier, though there was nothing to end', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('a')
    for (const packetId of [1, 2, 65_535]) {
      ana.send({ type: 'unsubscribe', packetId, filters: ['a'] })
      expect(await ana.expect('unsuback')).toMatchObject({ packetId })
    }
  })

  it('[MQTT-3.10.4-6] with several filters ends as many subscriptions, one after the other, with one answer', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    for (const filter of ['a', 'b', 'c']) await ana.subscribe(filter, { qos: 1 })
    await unsubscribe(ana, 'a', 'c', 'a')
    for (const topic of ['a', 'b', 'c']) await say(ben, topic, topic)
    expect(await ana.messages()).toEqual(['b'])
  })
})

describe('3.11 UNSUBACK', () => {
  it('[MQTT-3.11.3-1] [MQTT-3.11.3-2] has a code for each filter, in order', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    for (const filter of ['a', 'b']) await ana.subscribe(filter)
    const { reasonCodes } = await unsubscribe(ana, 'never', 'b', 'b', 'a')
    const { Success, NoSubscriptionExisted } = ReasonCode
    expect(reasonCodes).toEqual([NoSubscriptionExisted, Success, NoSubscriptionExisted, Success])
  })

  it('[MQTT-3.11.2-1] [MQTT-3.11.2-2] explains nothing, so that it fits', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    const { properties = {} } = await unsubscribe(ana, 'never')
    expect(properties).toEqual({})
  })
})
