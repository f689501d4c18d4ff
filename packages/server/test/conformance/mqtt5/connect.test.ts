import { encode, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Credentials } from '../../../src/connection-manager/index.js'
import { connectPacket } from '../../support/peer.js'
import {
  acknowledge,
  bytes,
  connectBytes,
  expectMessages,
  field,
  house,
  kept,
  say,
  sayOnce,
  settled,
} from '../support.js'

describe('3.1.0 The first packet of a connection', () => {
  it.each([
    ['PUBLISH', bytes(0x30, 4, 0, 1, 0x61, 0)],
    ['SUBSCRIBE', bytes(0x82, 7, 0, 1, 0, 0, 1, 0x61, 0)],
    ['PINGREQ', bytes(0xc0, 0)],
    ['AUTH', bytes(0xf0, 0)],
    ['DISCONNECT', bytes(0xe0, 0)],
  ])('[MQTT-3.1.0-1] has to be CONNECT: %s closes it, and nothing is said', async (_, first) => {
    const ana = (await house()).peer()
    ana.sendBytes(first)
    ana.send(connectPacket())
    expect(await ana.next()).toBeUndefined()
  })

  it('[MQTT-3.1.0-2] is its only CONNECT: a second one is a protocol error', async () => {
    const ana = await (await house()).connect('ana')
    ana.send(connectPacket())
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
  })
})

describe('3.1.2.1 The protocol', () => {
  it.each(['mqtt', 'MQT', 'MQTTX', 'HTTP'])('[MQTT-3.1.2-1] of name %s is not spoken', async (name) => {
    const ana = (await house()).peer()
    ana.sendBytes(connectBytes(...field(name), 5, 2, 0, 0, 0, ...field('ana')))
    expect(await ana.next()).toBeUndefined()
  })

  it('[MQTT-3.1.2-2] of a later version is refused with 0x84', async () => {
    const ana = (await house()).peer()
    ana.sendBytes(connectBytes(...field('MQTT'), 6, 2, 0, 0, 0, ...field('ana')))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.UnsupportedProtocolVersion })
    await ana.closed
  })

  it.each([
    ['MQIsdp', 3],
    ['MQTT', 3],
  ])('[MQTT-3.1.2-2] %s of level %i, which is MQTT 3.1, is refused with return code 1', async (name, level) => {
    const ana = (await house()).peer(4)
    ana.sendBytes(connectBytes(...field(name), level, 2, 0, 0, ...field('ana')))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: 1 })
    await ana.closed
  })
})

describe('3.1.2.3 The connect flags', () => {
  it.each([
    ['[MQTT-3.1.2-3] a reserved flag that is set', [0x03, 0, 0, 0, ...field('ana')]],
    ['[MQTT-3.1.2-9] a will without topic and payload', [0x06, 0, 0, 0, ...field('ana')]],
    ['[MQTT-3.1.2-9] a will without a payload', [0x06, 0, 0, 0, ...field('ana'), 0, ...field('gone')]],
    ['[MQTT-3.1.2-11] the QoS of a will that is not there', [0x0a, 0, 0, 0, ...field('ana')]],
    ['[MQTT-3.1.2-12] a will of QoS 3', [0x1e, 0, 0, 0, ...field('ana'), 0, ...field('gone'), ...field('x')]],
    ['[MQTT-3.1.2-13] the retaining of a will that is not there', [0x22, 0, 0, 0, ...field('ana')]],
    ['[MQTT-3.1.2-16] a user name without its flag', [0x02, 0, 0, 0, ...field('ana'), ...field('ana')]],
    ['[MQTT-3.1.2-17] a flag without its user name', [0x82, 0, 0, 0, ...field('ana')]],
    ['[MQTT-3.1.2-18] a password without its flag', [0x82, 0, 0, 0, ...field('ana'), ...field('ana'), ...field('x')]],
    ['[MQTT-3.1.2-19] a flag without its password', [0xc2, 0, 0, 0, ...field('ana'), ...field('ana')]],
    ['[MQTT-3.1.3-3] no client identifier', [0x02, 0, 0, 0]],
    ['[MQTT-3.1.4-1] properties that end beyond the packet', [0x02, 0, 0, 9, ...field('ana')]],
  ])('do not fit: %s is malformed', async (_, rest) => {
    const ana = (await house()).peer()
    ana.sendBytes(connectBytes(...field('MQTT'), 5, ...rest))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket, sessionPresent: false })
    await ana.closed
  })
})

describe('3.1.2.4 Clean Start', () => {
  it('[MQTT-3.1.2-4] throws the subscriptions and the queue of an earlier session away', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('room', { qos: 1 })
    await before.disconnect()
    const ben = await server.connect('ben')
    await say(ben, 'room', 'waiting')
    const ana = await server.connect('ana', { ...kept, cleanStart: true })
    expect(ana.connack.sessionPresent).toBe(false)
    await say(ben, 'room', 'new')
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.1.2-4] throws away which QoS 2 messages were half done', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    before.publish('room', 'old', { qos: 2, packetId: 5 })
    await before.expect('pubrec')
    await before.vanish()
    const ana = await server.connect('ana', { ...kept, cleanStart: true })
    const ben = await server.connect('ben')
    await ben.subscribe('room', { qos: 2 })
    await sayOnce(ana, 'room', 'new', { packetId: 5 })
    await expectMessages(ben, 'new')
  })

  it('[MQTT-3.1.2-5] [MQTT-3.1.3-2] of 0 finds the session of its client identifier, and of no other', async () => {
    const server = await house()
    const fields = { ...kept, username: 'ana' }
    for (const device of ['phone', 'laptop']) {
      const peer = await server.connect(device, fields)
      await peer.subscribe(`for/${device}`, { qos: 1 })
      await peer.disconnect()
    }
    const ben = await server.connect('ben')
    for (const device of ['phone', 'laptop']) await say(ben, `for/${device}`, `hello ${device}`)
    for (const device of ['laptop', 'phone']) {
      const back = await server.connect(device, fields)
      expect(back.connack.sessionPresent).toBe(true)
      expect(await back.messages()).toEqual([`hello ${device}`])
    }
  })

  it('[MQTT-3.1.2-6] of 0 makes a session where there is none', async () => {
    const server = await house()
    const ana = await server.connect('ana', kept)
    expect(ana.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
    await ana.disconnect()
    expect((await server.connect('ana', kept)).connack.sessionPresent).toBe(true)
  })
})

describe('3.1.2.10 Keep Alive', () => {
  it.each([
    ['[MQTT-3.1.2-22] closes a connection that is silent for one and a half times as long', 5, {}],
    ['[MQTT-3.2.2-22] is the one of CONNECT where CONNACK names no other', 0xffff, { keepAliveSeconds: 0xffff }],
  ])('%s', async (_, keepAlive, connectionLimits) => {
    const server = await house({ connectionLimits })
    const ana = await server.connect('ana', { keepAlive })
    expect(ana.connack.properties?.serverKeepAlive).toBeUndefined()
    server.clock.advance(keepAlive * 1500 - 1)
    expect(await ana.heard()).toEqual([])
    server.clock.advance(keepAlive * 1500)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.KeepAliveTimeout })
    await ana.closed
  })

  it('[MQTT-3.1.2-22] is kept by a packet of any kind', async () => {
    const server = await house()
    const ana = await server.connect('ana', { keepAlive: 10 })
    const silence = () => server.clock.advance(14_999)
    silence()
    await ana.subscribe('room', { qos: 1 })
    silence()
    ana.publish('room', 'hello', { qos: 1 })
    const message = await ana.expect('publish')
    await ana.expect('puback')
    silence()
    acknowledge(ana, message)
    await settled()
    silence()
    expect(await ana.heard()).toEqual([])
  })
})

describe('3.1.2.11.2 Session Expiry Interval', () => {
  it.each([undefined, 0])('[MQTT-3.1.2-23] of %j lets the session end with its connection', async (seconds) => {
    const server = await house()
    const asked = seconds === undefined ? {} : { properties: { sessionExpiryInterval: seconds } }
    await (await server.connect('ana', asked)).vanish()
    expect((await server.connect('ana', { cleanStart: false })).connack.sessionPresent).toBe(false)
  })

  it.each([
    [59, true],
    [60, false],
  ])('[MQTT-3.1.2-23] [MQTT-4.1.0-2] of 60 keeps it: after %i seconds that is %j', async (seconds, present) => {
    const server = await house()
    const ana = await server.connect('ana', { properties: { sessionExpiryInterval: 60 } })
    await ana.vanish()
    await settled()
    server.clock.advance(seconds * 1000)
    expect((await server.connect('ana', { cleanStart: false })).connack.sessionPresent).toBe(present)
  })

  it('may be changed by DISCONNECT', async () => {
    const server = await house()
    const ana = await server.connect('ana', kept)
    ana.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 7_200 } })
    await ana.closed
    await settled()
    server.clock.advance(7_199_000)
    expect((await server.connect('ana', kept)).connack.sessionPresent).toBe(true)
  })
})

describe('3.1.4 What the server does with a CONNECT', () => {
  const onlyAna = ({ username }: Credentials) =>
    username === 'ana'
      ? { identity: { vendor: 'v', client: 'ana' } }
      : { reasonCode: ReasonCode.NotAuthorized, reason: 'Only ana may come in.' }

  it('[MQTT-3.1.4-2] [MQTT-3.1.4-6] closes where somebody may not come in, and does nothing that was sent with it', async () => {
    const server = await house({ authentication: [onlyAna] })
    const ana = await server.connect('phone', { username: 'ana' })
    await ana.subscribe('#')
    const ben = server.peer()
    ben.send(connectPacket({ username: 'ben' }))
    ben.publish('room', 'sneaked in', { qos: 1 })
    ben.send({ type: 'pingreq' })
    expect(await ben.expect('connack')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    expect(await ben.next()).toBeUndefined()
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.1.4-3] ends the older connection of the same client with 0x8E', async () => {
    const server = await house()
    const older = await server.connect('ana', kept)
    await older.subscribe('room', { qos: 1 })
    const newer = await server.connect('ana', kept)
    expect(await older.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.SessionTakenOver })
    await older.closed
    expect(newer.connack.sessionPresent).toBe(true)
    await say(await server.connect('ben'), 'room', 'to the newer')
    await expectMessages(newer, 'to the newer')
  })

  it('[MQTT-3.1.4-3] sends the newer one what the older one had not acknowledged', async () => {
    const server = await house()
    const older = await server.connect('ana', kept)
    await older.subscribe('room', { qos: 1 })
    await say(await server.connect('ben'), 'room', 'unacknowledged')
    const [first] = await expectMessages(older, 'unacknowledged')
    const newer = await server.connect('ana', kept)
    const [again] = await expectMessages(newer, 'unacknowledged')
    expect(again).toMatchObject({ dup: true, packetId: first?.packetId })
  })

  it('[MQTT-3.1.4-4] [MQTT-3.1.4-3] starts anew over a session that is connected, where asked to', async () => {
    const server = await house()
    const older = await server.connect('ana', kept)
    await older.subscribe('room', { qos: 1 })
    const newer = await server.connect('ana', { ...kept, cleanStart: true })
    expect(newer.connack.sessionPresent).toBe(false)
    await older.closed
    await say(await server.connect('ben'), 'room', 'nobody asked')
    expect(await newer.messages()).toEqual([])
  })

  it('[MQTT-3.1.4-5] answers with CONNACK 0x00', async () => {
    const ana = (await house()).peer()
    ana.sendBytes(encode(connectPacket(), 5))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.Success })
  })
})
