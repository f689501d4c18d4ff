import { encode, type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { connectPacket, publishPacket, subscriptionRequest } from '../../support/peer.js'
import { acknowledge, bytes, expectMessages, house, letters, overheard, say, sayOnce } from '../support.js'

/** Stands in a text until the bytes that no text has take its place. */
const placeholder = '????'

/** A packet that is right but for four bytes of one text. */
const spoiled = (packet: Packet, wrong: Uint8Array): Uint8Array => {
  const written = Buffer.from(encode(packet, 5))
  written.set(wrong, written.indexOf(placeholder))
  return written
}

const will = { topic: 'gone', payload: bytes(1), qos: 0, retain: false } as const

const inConnect: readonly (readonly [string, Packet])[] = [
  ['client identifier', connectPacket({ clientId: placeholder })],
  ['user name', connectPacket({ username: placeholder })],
  ['will topic', connectPacket({ will: { ...will, topic: placeholder } })],
  ['content type of a will', connectPacket({ will: { ...will, properties: { contentType: placeholder } } })],
  ['name of a user property', connectPacket({ properties: { userProperties: [[placeholder, 'b']] } })],
]

const inOthers: readonly (readonly [string, Packet])[] = [
  ['topic', publishPacket(placeholder, '')],
  ['response topic', publishPacket('t', '', { properties: { responseTopic: placeholder } })],
  ['content type', publishPacket('t', '', { properties: { contentType: placeholder } })],
  ['name of a user property', publishPacket('t', '', { properties: { userProperties: [[placeholder, 'b']] } })],
  ['value of a user property', publishPacket('t', '', { properties: { userProperties: [['a', placeholder]] } })],
  ['filter', { type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest(placeholder)] }],
  ['filter of an UNSUBSCRIBE', { type: 'unsubscribe', packetId: 1, filters: [placeholder] }],
  ['reason string', { type: 'disconnect', reasonCode: 0, properties: { reasonString: placeholder } }],
]

describe.each([
  ['[MQTT-1.5.4-1] bytes that are no UTF-8', bytes(0x61, 0xc3, 0x28, 0x61)],
  ['[MQTT-1.5.4-1] a surrogate', bytes(0xed, 0xa0, 0x80, 0x61)],
  ['[MQTT-1.5.4-2] U+0000', bytes(0x61, 0x00, 0x61, 0x61)],
])('1.5.4 UTF-8 strings: %s', (_, wrong) => {
  it.each(inConnect)('in the %s of a CONNECT ends the connection with CONNACK 0x81', async (_, packet) => {
    const ana = (await house()).peer()
    ana.sendBytes(spoiled(packet, wrong))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })

  it.each(inOthers)('in the %s ends the connection with DISCONNECT 0x81', async (_, packet) => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(spoiled(packet, wrong))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })
})

describe('1.5.4 UTF-8 strings: the character U+FEFF', () => {
  it('[MQTT-1.5.4-3] is part of a topic, a filter and a user property, wherever it stands', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await ana.subscribe('\ufeffroom')
    const userProperties = [['\ufeffa', 'b\ufeff']] as const
    await say(ben, 'room', 'without')
    await say(ben, '\ufeffroom', 'with', { properties: { userProperties } })
    const [packet] = await expectMessages(ana, 'with')
    expect(packet).toMatchObject({ topic: '\ufeffroom', properties: { userProperties } })
  })
})

describe('1.5.5 A number of variable length', () => {
  it.each([
    ['the length of a packet', bytes(0xc0, 0x80, 0x00)],
    ['the length of properties', bytes(0x30, 0x05, 0x00, 0x01, 0x61, 0x80, 0x00)],
    ['a subscription identifier', bytes(0x82, 0x0a, 0, 1, 3, 0x0b, 0x81, 0x00, 0, 1, 0x61, 0)],
  ])('[MQTT-1.5.5-1] that takes more bytes than it needs, such as %s, is malformed', async (_, wrong) => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(wrong)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })
})

describe('2.1.3 Flags', () => {
  it.each([
    ['PUBACK', bytes(0x41, 2, 0, 1)],
    ['PUBREL', bytes(0x60, 2, 0, 1)],
    ['SUBSCRIBE', bytes(0x80, 7, 0, 1, 0, 0, 1, 0x61, 0)],
    ['UNSUBSCRIBE', bytes(0xa0, 6, 0, 1, 0, 0, 1, 0x61)],
    ['PINGREQ', bytes(0xc1, 0)],
    ['DISCONNECT', bytes(0xe1, 0)],
  ])('[MQTT-2.1.3-1] that are reserved and set otherwise in %s are malformed', async (_, wrong) => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(wrong)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })
})

describe('2.2.1 A packet identifier', () => {
  it('[MQTT-2.2.1-2] is in no PUBLISH of QoS 0', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana')
    await ana.subscribe('room', { qos: 2 })
    const ben = await server.connect('ben')
    ana.takeBytes()
    ben.sendBytes(bytes(0x30, 6, 0, 1, 0x61, 0, 0x68, 0x69))
    ben.sendBytes(bytes(0x30, 9, 0, 4, ...letters('room'), 0, ...letters('hi')))
    await expectMessages(ana, 'hi')
    expect(ana.takeBytes()).toEqual(bytes(0x30, 9, 0, 4, ...letters('room'), 0, ...letters('hi')))
  })

  it.each([
    ['PUBLISH', bytes(0x32, 6, 0, 1, 0x61, 0, 0, 0)],
    ['SUBSCRIBE', bytes(0x82, 7, 0, 0, 0, 0, 1, 0x61, 0)],
    ['UNSUBSCRIBE', bytes(0xa2, 6, 0, 0, 0, 0, 1, 0x61)],
  ])('[MQTT-2.2.1-3] of 0 in a %s is a protocol error', async (_, wrong) => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(wrong)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
  })

  it('[MQTT-2.2.1-4] of a message to a client is not 0, nor that of another on its way, however many came before', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('room', { qos: 1 })
    const ben = await server.connect('ben')
    await say(ben, 'room', 'never acknowledged')
    const [held] = await expectMessages(ana, 'never acknowledged')
    const seen = new Set<number | undefined>()
    for (let round = 0; round < 40; round++) {
      for (let packetId = 1; packetId <= 1_000; packetId++) ben.publish('room', '', { qos: 1, packetId })
      for (let i = 0; i < 1_000; i++) {
        const packet = await ana.expect('publish')
        seen.add(packet.packetId)
        acknowledge(ana, packet)
      }
    }
    expect(seen.has(held?.packetId)).toBe(false)
    expect(seen.has(0)).toBe(false)
    expect(seen.size).toBeLessThan(40_000)
  })

  it.each([1, 0x1234, 0xffff])('[MQTT-2.2.1-5] of %i is that of all answers to its PUBLISH', async (packetId) => {
    const ana = await (await house()).connect('ana')
    expect(await say(ana, 'room', 'one', { packetId })).toMatchObject({ packetId })
    ana.publish('room', 'two', { qos: 2, packetId })
    expect(await ana.expect('pubrec')).toMatchObject({ packetId })
    ana.send({ type: 'pubrel', packetId, reasonCode: 0 })
    expect(await ana.expect('pubcomp')).toMatchObject({ packetId })
  })

  it('[MQTT-2.2.1-5] of a message to a client is that of its PUBREL', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('room', { qos: 2 })
    await sayOnce(await server.connect('ben'), 'room', 'one')
    const [{ packetId = 0 } = {}] = await expectMessages(ana, 'one')
    ana.send({ type: 'pubrec', packetId, reasonCode: 0 })
    expect(await ana.expect('pubrel')).toMatchObject({ packetId })
  })

  it.each([1, 0x1234, 0xffff])('[MQTT-2.2.1-6] of %i is that of SUBACK and UNSUBACK', async (packetId) => {
    const ana = await (await house()).connect('ana')
    ana.send({ type: 'subscribe', packetId, subscriptions: [subscriptionRequest('room')] })
    expect(await ana.expect('suback')).toMatchObject({ packetId })
    ana.send({ type: 'unsubscribe', packetId, filters: ['room'] })
    expect(await ana.expect('unsuback')).toMatchObject({ packetId })
  })
})

describe('2.2.2 Properties', () => {
  it('[MQTT-2.2.2-1] that there are none is said by a length of 0', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana')
    ana.takeBytes()
    await ana.subscribe('room', { qos: 1 })
    expect(ana.takeBytes()).toEqual(bytes(0x90, 4, 0xff, 0xf0, 0, 1))
    const ben = await server.connect('ben')
    await say(ben, 'room', 'hi')
    await expectMessages(ana, 'hi')
    expect(ana.takeBytes()).toEqual(bytes(0x32, 11, 0, 4, ...letters('room'), 0, 1, 0, ...letters('hi')))
  })

  it('[MQTT-2.2.2-1] a PUBLISH that says no length of them is malformed', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(bytes(0x30, 3, 0, 1, 0x61))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })
})
