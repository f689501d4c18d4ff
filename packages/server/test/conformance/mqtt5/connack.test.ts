import { mayCarry, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { AuthenticationWay, Refusal } from '../../../src/connection-manager/index.js'
import { connectPacket } from '../../support/peer.js'
import { house, kept, overheard, say } from '../support.js'

/** Lets everybody in who gives a user name, and refuses the others. */
const refusing =
  (refusal: Refusal): AuthenticationWay =>
  ({ username }) =>
    username === undefined ? refusal : { identity: { vendor: 'v', client: username } }

const notYou: Refusal = { reasonCode: ReasonCode.NotAuthorized, reason: 'Give a user name to be let in.' }

describe('3.2.0 CONNACK', () => {
  it('[MQTT-3.2.0-1] comes before anything that waits for the session', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('room', { qos: 1 })
    await before.disconnect()
    await say(await server.connect('ben'), 'room', 'waiting')
    const ana = server.peer()
    ana.send(connectPacket({ ...kept, clientId: 'ana' }))
    ana.send({ type: 'pingreq' })
    expect(await ana.next()).toMatchObject({ type: 'connack', reasonCode: 0 })
    const rest = [await ana.next(), await ana.next()].map((packet) => packet?.type)
    expect(rest.sort()).toEqual(['pingresp', 'publish'])
  })

  it('[MQTT-3.2.0-2] comes once, also where CONNECT came twice', async () => {
    const ana = (await house()).peer()
    ana.send(connectPacket())
    ana.send(connectPacket())
    await ana.expect('connack')
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    expect(await ana.next()).toBeUndefined()
  })
})

describe('3.2.2.1 Session Present', () => {
  it('[MQTT-3.2.2-1] is the only flag', async () => {
    const server = await house()
    const flagsOf = async () => {
      const ana = await overheard(server, 'ana', kept)
      await ana.disconnect()
      const [type, , flags] = ana.takeBytes()
      return [type, flags]
    }
    expect(await flagsOf()).toEqual([0x20, 0])
    expect(await flagsOf()).toEqual([0x20, 1])
  })

  it.each([
    ['[MQTT-3.2.2-2]', true, false],
    ['[MQTT-3.2.2-3]', false, true],
  ])('%s with Clean Start %j over a kept session is %j', async (_, cleanStart, present) => {
    const server = await house()
    await (await server.connect('ana', kept)).disconnect()
    const { connack } = await server.connect('ana', { ...kept, cleanStart })
    expect(connack).toMatchObject({ sessionPresent: present, reasonCode: 0 })
  })

  it.each([true, false])('[MQTT-3.2.2-3] with Clean Start %j and no session is false', async (cleanStart) => {
    const { connack } = await (await house()).connect('ana', { ...kept, cleanStart })
    expect(connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
  })

  it('[MQTT-3.2.2-6] [MQTT-3.2.2-7] is false where the connection is refused, which is then closed', async () => {
    const server = await house({ authentication: [refusing(notYou)] })
    await (await server.connect('phone', { ...kept, username: 'ana' })).disconnect()
    const nobody = server.peer()
    const connack = await nobody.connect({ ...kept, clientId: 'phone' })
    expect(connack).toMatchObject({ sessionPresent: false, reasonCode: ReasonCode.NotAuthorized })
    expect(await nobody.next()).toBeUndefined()
  })
})

describe('3.2.2.2 The reason code', () => {
  const sayable = Object.values(ReasonCode).filter((code) => code > 0 && mayCarry('connack', code))

  it.each(sayable)(
    '[MQTT-3.2.2-7] [MQTT-3.2.2-8] %i goes as it is, and the connection is closed',
    async (reasonCode) => {
      const server = await house({ authentication: [refusing({ reasonCode, reason: 'No.' })] })
      const nobody = server.peer()
      expect(await nobody.connect()).toMatchObject({ reasonCode, properties: { reasonString: 'No.' } })
      expect(await nobody.next()).toBeUndefined()
    },
  )

  it.each([ReasonCode.SessionTakenOver, ReasonCode.KeepAliveTimeout, 0xff])(
    '[MQTT-3.2.2-8] %i, which CONNACK does not know, is told as 0x88',
    async (reasonCode) => {
      const server = await house({ authentication: [refusing({ reasonCode, reason: 'No.' })] })
      const nobody = server.peer()
      expect(await nobody.connect()).toMatchObject({ reasonCode: ReasonCode.ServerUnavailable })
      await nobody.closed
    },
  )
})

describe('3.2.2.3 The properties', () => {
  it('say what the server takes', async () => {
    const server = await house({
      connectionLimits: { packetSizeBytes: 5_000, topicAliases: 7, keepAliveSeconds: 100 },
      brokerLimits: { receiveMaximum: 9, sessionExpirySeconds: 50 },
    })
    const { connack } = await server.connect('ana', kept)
    expect(connack.properties).toEqual({
      maximumPacketSize: 5_000,
      topicAliasMaximum: 7,
      receiveMaximum: 9,
      sessionExpiryInterval: 50,
      serverKeepAlive: 100,
    })
  })

  it('[MQTT-3.2.2-9] [MQTT-3.2.2-13] leave out Maximum QoS and Retain Available, since all of both is served', async () => {
    const server = await house()
    const { connack } = await server.connect('ana')
    expect(connack.properties?.maximumQoS).toBeUndefined()
    expect(connack.properties?.retainAvailable).toBeUndefined()
    const will = { topic: 'gone', payload: Uint8Array.of(1), qos: 2, retain: true } as const
    expect((await server.connect('ben', { will })).connack.reasonCode).toBe(0)
  })

  it('[MQTT-3.2.2-15] a packet above their Maximum Packet Size is answered with 0x95, before it has come', async () => {
    const server = await house({ connectionLimits: { packetSizeBytes: 100 } })
    const ana = await server.connect('ana')
    ana.publish('room', 'x'.repeat(91))
    expect(await ana.heard()).toEqual([])
    ana.sendBytes(Uint8Array.of(0x30, 99))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.PacketTooLarge })
    await ana.closed
  })

  it('[MQTT-3.2.2-17] a topic alias above their maximum is answered with 0x94', async () => {
    const server = await house({ connectionLimits: { topicAliases: 2 } })
    const ana = await server.connect('ana')
    ana.publish('room', '', { properties: { topicAlias: 3 } })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.TopicAliasInvalid })
    await ana.closed
  })

  it('[MQTT-3.2.2-18] any topic alias is answered with 0x94 where the server takes none', async () => {
    const server = await house({ connectionLimits: { topicAliases: 0 } })
    const ana = await server.connect('ana')
    expect(ana.connack.properties?.topicAliasMaximum ?? 0).toBe(0)
    ana.publish('room', '', { properties: { topicAlias: 1 } })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.TopicAliasInvalid })
    await ana.closed
  })

  it('[MQTT-3.2.2-19] have no reason string where the packet would be larger than the client takes', async () => {
    const server = await house({ authentication: [refusing({ ...notYou, reason: 'x'.repeat(100) })] })
    const words = async (maximumPacketSize: number) =>
      (await server.peer().connect({ properties: { maximumPacketSize } })).properties?.reasonString
    expect(await words(108)).toBe('x'.repeat(100))
    expect(await words(107)).toBeUndefined()
  })

  it('[MQTT-3.2.2-20] have no user property where the packet would be larger than the client takes', async () => {
    const userPropertiesFor = async (maximumPacketSize: number) => {
      const server = await house({ accountLimits: { perClient: { queuedMessages: 1 } } })
      const before = await server.connect('ana', kept)
      await before.subscribe('room', { qos: 1 })
      await before.disconnect()
      const ben = await server.connect('ben')
      for (const text of ['kept', 'shed']) await say(ben, 'room', text)
      const ana = await server.connect('ana', { ...kept, properties: { ...kept.properties, maximumPacketSize } })
      return ana.connack.properties?.userProperties
    }
    expect(await userPropertiesFor(29)).toEqual([['shed', '1']])
    expect(await userPropertiesFor(28)).toBeUndefined()
  })

  it('[MQTT-3.2.2-22] name a keep-alive only where it is not the client’s', async () => {
    const server = await house({ connectionLimits: { keepAliveSeconds: 60 } })
    const told = async (keepAlive: number) =>
      (await server.connect('ana', { keepAlive })).connack.properties?.serverKeepAlive
    expect([await told(59), await told(60), await told(61), await told(0)]).toEqual([undefined, undefined, 60, 60])
  })

  it('[MQTT-3.1.2-21] name a keep-alive that is the one that counts', async () => {
    const server = await house({ connectionLimits: { keepAliveSeconds: 10 } })
    const ana = await server.connect('ana', { keepAlive: 1_000 })
    server.clock.advance(14_999)
    expect(await ana.heard()).toEqual([])
    server.clock.advance(15_000)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.KeepAliveTimeout })
  })

  it('name where answers come, where the client asks', async () => {
    const server = await house()
    const asking = { properties: { requestResponseInformation: true } }
    const topic = (await server.connect('ana', asking)).connack.properties?.responseInformation
    expect(topic).toBe('daak/replies/ana/ana')
  })
})

describe('4.13 Another server', () => {
  const moved = { reason: 'This tenant lives elsewhere.', serverReference: 'eu.example:8883' }

  it.each([ReasonCode.UseAnotherServer, ReasonCode.ServerMoved])(
    'is named by a refusal with %i in CONNACK',
    async (reasonCode) => {
      const server = await house({ authentication: [refusing({ ...moved, reasonCode })] })
      const ana = server.peer()
      const { properties, ...connack } = await ana.connect()
      expect(connack).toMatchObject({ reasonCode, sessionPresent: false })
      expect(properties).toEqual({ reasonString: moved.reason, serverReference: moved.serverReference })
      await ana.closed
    },
  )

  it.each([ReasonCode.UseAnotherServer, ReasonCode.ServerMoved])(
    'is named by DISCONNECT where a re-authentication is refused with %i',
    async (reasonCode) => {
      let answer: Refusal | undefined
      const server = await house({
        authentication: [
          {
            name: 'moving',
            methods: ['token'],
            authenticate: () => answer ?? { identity: { vendor: 'v', client: 'ana' } },
          },
        ],
      })
      const properties = { authenticationMethod: 'token' }
      const ana = await server.connect('ana', { properties })
      answer = { ...moved, reasonCode }
      ana.send({ type: 'auth', reasonCode: ReasonCode.ReAuthenticate, properties })
      expect(await ana.expect('disconnect')).toMatchObject({
        reasonCode,
        properties: { serverReference: moved.serverReference },
      })
      await ana.closed
    },
  )

  it('is nothing that a client of MQTT 3.1.1 could be told: its connection is closed', async () => {
    const server = await house({
      authentication: [refusing({ ...moved, reasonCode: ReasonCode.UseAnotherServer })],
    })
    const old = server.peer(4)
    old.send(connectPacket({ version: 4 }))
    expect(await old.next()).toBeUndefined()
  })
})
