import { type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Authenticate } from '../../../src/connection-manager/index.js'
import { connectPacket, type Peer, textOf } from '../../support/peer.js'
import { acknowledge, bytes, expectMessages, house, kept, overheard, say, sayOnce } from '../support.js'

const publishesIn = (packets: readonly Packet[]) =>
  packets.flatMap((packet) => (packet.type === 'publish' ? [packet] : []))

/** Refuses with more words than small clients take, and lets nobody publish to `secret`. */
const notToSecret = (_: unknown, { topic }: { topic: string }) => topic !== 'secret'

describe('3.1.2.11.4 Maximum Packet Size of a client', () => {
  const small = { properties: { maximumPacketSize: 30 } }
  const tooLong = 'x'.repeat(30)

  it.each([
    ['QoS 0', 0, false],
    ['QoS 1', 1, false],
    ['QoS 2', 2, false],
    ['QoS 1, from the store', 1, true],
    ['QoS 2, from the store', 2, true],
  ] as const)(
    '[MQTT-3.1.2-24] [MQTT-3.1.2-25] leaves out a larger message (%s), and goes on',
    async (_, qos, keeps) => {
      const server = await house()
      const properties = { ...small.properties, receiveMaximum: 1, ...(keeps && kept.properties) }
      const ana = await server.connect('ana', { properties })
      await ana.subscribe('room', { qos })
      const ben = await server.connect('ben')
      for (const text of ['before', tooLong, tooLong, 'after']) await sayOnce(ben, 'room', text)
      for (const text of ['before', 'after']) {
        const [packet] = await expectMessages(ana, text)
        if (qos === 1 && packet) acknowledge(ana, packet)
        if (qos === 2 && packet) await finish(ana, packet.packetId ?? 0)
      }
      expect(await ana.heard()).toEqual([])
      expect(server.counters.oversized).toBe(2)
    },
  )

  const finish = async (peer: Peer, packetId: number) => {
    peer.send({ type: 'pubrec', packetId, reasonCode: 0 })
    await peer.expect('pubrel')
    peer.send({ type: 'pubcomp', packetId, reasonCode: 0 })
  }

  it('[MQTT-3.1.2-25] does not send what is too large when the session comes back either', async () => {
    const server = await house()
    const ana = await server.connect('ana', kept)
    await ana.subscribe('room', { qos: 1 })
    await ana.disconnect()
    const ben = await server.connect('ben')
    for (const text of [tooLong, 'short']) await say(ben, 'room', text)
    const again = await server.connect('ana', { ...kept, properties: { ...kept.properties, ...small.properties } })
    await expectMessages(again, 'short')
    await again.disconnect()
    const last = await server.connect('ana', kept)
    await expectMessages(last, 'short')
    expect(await last.heard()).toEqual([])
  })

  it('[MQTT-3.1.2-24] counts every byte of a packet: one of exactly this size comes', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana', { properties: { maximumPacketSize: 34 } })
    await ana.subscribe('room')
    const ben = await server.connect('ben')
    ana.takeBytes()
    for (const length of [25, 26, 25]) await say(ben, 'room', 'x'.repeat(length))
    expect(publishesIn(await ana.heard()).map((packet) => textOf(packet).length)).toEqual([25, 25])
    // Two messages of 34 bytes, and the answer to the PINGREQ.
    expect(ana.takeBytes()).toHaveLength(2 * 34 + 2)
  })

  it('[MQTT-3.1.2-24] is kept by answers too: they lose their words', async () => {
    const server = await house({ authorize: notToSecret })
    const ana = await server.connect('ana', { properties: { maximumPacketSize: 35 } })
    const puback = await say(ana, 'secret', '')
    expect(puback).toEqual({ type: 'puback', packetId: 1, reasonCode: ReasonCode.NotAuthorized })
    ana.sendBytes(bytes(0, 0))
    expect(await ana.expect('disconnect')).toEqual({ type: 'disconnect', reasonCode: ReasonCode.MalformedPacket })
  })

  it('[MQTT-3.1.2-24] closes the connection of a client that does not even take its CONNACK', async () => {
    const server = await house()
    const ana = server.peer()
    ana.send(connectPacket({ properties: { maximumPacketSize: 6 } }))
    expect(await ana.next()).toBeUndefined()
  })
})

describe('3.1.2.11.5 Topic Alias Maximum of a client', () => {
  it.each([undefined, 0])('[MQTT-3.1.2-27] of %j means that the server sends none', async (topicAliasMaximum) => {
    const server = await house()
    const properties = topicAliasMaximum === undefined ? {} : { topicAliasMaximum }
    const ana = await server.connect('ana', { properties })
    await ana.subscribe('#')
    const ben = await server.connect('ben')
    for (const text of ['1', '2', '3']) await say(ben, 'room', text)
    for (const packet of await expectMessages(ana, '1', '2', '3')) {
      expect(packet.topic).toBe('room')
      expect(packet.properties?.topicAlias).toBeUndefined()
    }
  })

  it('[MQTT-3.1.2-26] [MQTT-3.3.2-11] is the highest that the server sends', async () => {
    const server = await house()
    const ana = await server.connect('ana', { properties: { topicAliasMaximum: 3 } })
    await ana.subscribe('#')
    const ben = await server.connect('ben')
    for (let round = 0; round < 2; round++) for (let i = 0; i < 10; i++) await say(ben, `room/${i}`, `${i}`)
    const heard = publishesIn(await ana.heard())
    const aliases = heard.flatMap(({ properties }) => properties?.topicAlias ?? [])
    expect(aliases).toEqual([1, 2, 3, 1, 2, 3])
    expect(heard.slice(10).map(({ topic }) => topic)).toEqual([
      '',
      '',
      '',
      ...[3, 4, 5, 6, 7, 8, 9].map((i) => `room/${i}`),
    ])
  })

  it('lets the server remember no more topics than its own limit, however many the client takes', async () => {
    const server = await house({ connectionLimits: { topicAliases: 2 } })
    const ana = await server.connect('ana', { properties: { topicAliasMaximum: 0xffff } })
    await ana.subscribe('#')
    const ben = await server.connect('ben')
    for (const topic of ['a', 'b', 'c', 'c']) ben.publish(topic, '')
    await ben.heard()
    const aliases = publishesIn(await ana.heard()).map(({ properties }) => properties?.topicAlias)
    expect(aliases).toEqual([1, 2, undefined, undefined])
  })

  it('holds for messages of every QoS, of the store and retained, each under its own topic', async () => {
    const server = await house()
    const ben = await server.connect('ben')
    await say(ben, 'lamp', 'retained', { retain: true })
    const ana = await server.connect('ana', { properties: { ...kept.properties, topicAliasMaximum: 2 } })
    await ana.subscribe('lamp', { qos: 1 })
    const [retained] = await expectMessages(ana, 'retained')
    await ana.subscribe('room', { qos: 2 })
    await sayOnce(ben, 'room', 'of QoS 2')
    await say(ben, 'lamp', 'of QoS 1')
    const others = await expectMessages(ana, 'of QoS 2', 'of QoS 1')
    ben.publish('room', 'of QoS 0')
    others.push(...(await expectMessages(ana, 'of QoS 0')))
    expect([retained, ...others].map((packet) => [packet?.topic, packet?.properties?.topicAlias])).toEqual([
      ['lamp', 1],
      ['room', 2],
      ['', 1],
      ['', 2],
    ])
  })

  it('[MQTT-3.3.2-7] is the business of one connection: the next one begins without aliases', async () => {
    const server = await house()
    const fields = { ...kept, properties: { ...kept.properties, topicAliasMaximum: 5 } }
    const ben = await server.connect('ben')
    const before = await server.connect('ana', fields)
    await before.subscribe('room', { qos: 1 })
    for (const text of ['1', '2']) await say(ben, 'room', text)
    const sent = await expectMessages(before, '1', '2')
    expect(sent.map(({ topic }) => topic)).toEqual(['room', ''])
    await before.vanish()
    const ana = await server.connect('ana', fields)
    const again = await expectMessages(ana, '1', '2')
    expect(again.map(({ topic }) => topic)).toEqual(['room', ''])
  })
})

describe('3.1.2.11.6 Request Response Information', () => {
  it.each([
    ['absent', {}],
    ['0', { requestResponseInformation: false }],
  ])('[MQTT-3.1.2-28] that is %s means that there is none in CONNACK', async (_, properties) => {
    const { connack } = await (await house()).connect('ana', { properties })
    expect(connack.properties?.responseInformation).toBeUndefined()
  })
})

describe('3.1.2.11.7 Request Problem Information', () => {
  const silent = { properties: { requestProblemInformation: false } }

  it('[MQTT-3.1.2-29] of 0 keeps words out of PUBACK, PUBREC and SUBACK', async () => {
    const server = await house({ authorize: notToSecret })
    const ana = await server.connect('ana', silent)
    expect((await say(ana, 'secret', 'x')).properties).toBeUndefined()
    ana.publish('secret', 'x', { qos: 2, packetId: 2 })
    expect((await ana.expect('pubrec')).properties).toBeUndefined()
    ana.send({ type: 'subscribe', packetId: 3, subscriptions: [{ ...request, filter: 'secret' }] })
    expect((await ana.expect('suback')).properties).toBeUndefined()
  })

  const request = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const

  it('[MQTT-3.1.2-29] of 1, or absent, lets the answers say what is wrong', async () => {
    const server = await house({ authorize: notToSecret })
    for (const fields of [{}, { properties: { requestProblemInformation: true } }]) {
      const ana = await server.connect('ana', fields)
      expect((await say(ana, 'secret', 'x')).properties?.reasonString).toMatch(/may not publish/)
    }
  })

  it('[MQTT-3.1.2-29] of 0 leaves CONNACK and DISCONNECT their words', async () => {
    const server = await house({
      authentication: [({ username }) => (username ? { identity: { vendor: 'v', client: username } } : refusal)],
    })
    const nobody = server.peer()
    expect((await nobody.connect(silent)).properties?.reasonString).toBe(refusal.reason)
    const ana = await server.connect('phone', { ...silent, username: 'ana' })
    ana.sendBytes(bytes(0, 0))
    expect((await ana.expect('disconnect')).properties?.reasonString).toBeDefined()
  })

  const refusal = { reasonCode: ReasonCode.NotAuthorized, reason: 'Say who you are.' }

  it('[MQTT-3.1.2-29] of 0 leaves PUBLISH its user properties', async () => {
    const server = await house()
    const ana = await server.connect('ana', silent)
    await ana.subscribe('room')
    const userProperties = [['a', 'b']] as const
    await say(await server.connect('ben'), 'room', 'hi', { properties: { userProperties } })
    expect((await ana.expect('publish')).properties).toEqual({ userProperties })
  })
})

describe('3.1.2.11.9 Authentication Method', () => {
  const challenging: Authenticate = () => ({
    data: bytes(1),
    next: () => ({ identity: { vendor: 'v', client: 'ana' } }),
  })
  const server = () =>
    house({ authentication: [{ name: 'challenging', methods: ['riddle'], authenticate: challenging }] })
  const riddle = connectPacket({ properties: { authenticationMethod: 'riddle' } })

  it.each<[string, Packet]>([
    ['PUBLISH', { type: 'publish', topic: 't', payload: bytes(), qos: 0, retain: false, dup: false }],
    ['PINGREQ', { type: 'pingreq' }],
  ])('[MQTT-3.1.2-30] lets no %s come before CONNACK', async (_, early) => {
    const ana = (await server()).peer()
    ana.send(riddle)
    await ana.expect('auth')
    ana.send(early)
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
  })

  it('[MQTT-3.1.2-30] [MQTT-3.2.0-1] lets AUTH come before CONNACK, in both directions', async () => {
    const ana = (await server()).peer()
    ana.send(riddle)
    const { properties = {} } = await ana.expect('auth')
    expect(properties).toEqual({ authenticationMethod: 'riddle', authenticationData: bytes(1) })
    ana.send({ type: 'auth', reasonCode: ReasonCode.ContinueAuthentication, properties })
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: 0 })
  })

  it('lets a client leave before CONNACK', async () => {
    const ana = (await server()).peer()
    ana.send(riddle)
    await ana.expect('auth')
    ana.send({ type: 'disconnect', reasonCode: 0 })
    expect(await ana.next()).toBeUndefined()
  })
})
