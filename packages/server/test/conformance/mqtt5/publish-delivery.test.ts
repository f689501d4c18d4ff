import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type Peer, textOf } from '../../support/peer.js'
import { acknowledge, expectMessages, house, kept, say, sayOnce } from '../support.js'

const publishesOf = async (peer: Peer): Promise<PublishPacket[]> =>
  (await peer.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet] : []))

describe('3.3.2.3.4 Topic Alias of a client', () => {
  it('[MQTT-3.3.2-12] may be any from 1 to the maximum of CONNACK', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('#')
    const maximum = ana.connack.properties?.topicAliasMaximum ?? 0
    expect(maximum).toBeGreaterThan(0)
    for (let alias = 1; alias <= maximum; alias++)
      ana.publish(`room/${alias}`, 'set', { properties: { topicAlias: alias } })
    for (let alias = 1; alias <= maximum; alias++) ana.publish('', 'used', { properties: { topicAlias: alias } })
    const heard = await publishesOf(ana)
    expect(heard.map(({ topic }) => topic).slice(maximum)).toEqual(heard.map(({ topic }) => topic).slice(0, maximum))
    expect(heard.every(({ properties }) => properties?.topicAlias === undefined)).toBe(true)
  })

  it('[MQTT-3.3.2-12] stands for the topic that it was given last', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('#')
    for (const topic of ['first', '', 'second', '']) ana.publish(topic, '', { properties: { topicAlias: 1 } })
    expect((await publishesOf(ana)).map(({ topic }) => topic)).toEqual(['first', 'first', 'second', 'second'])
  })

  it('[MQTT-3.3.2-7] is unknown on the next connection, also of a session that is kept', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await say(before, 'room', '', { properties: { topicAlias: 1 } })
    await before.vanish()
    const ana = await server.connect('ana', kept)
    ana.publish('', '', { properties: { topicAlias: 1 } })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.TopicAliasInvalid })
    await ana.closed
  })

  it('[MQTT-3.3.2-8] is not 0', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(Uint8Array.of(0x30, 7, 0, 1, 0x61, 3, 0x23, 0, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.TopicAliasInvalid })
    await ana.closed
  })
})

describe('3.3.2.3.5 Response Topic', () => {
  it.each([0x23, 0x2b])('[MQTT-3.3.2-14] has no wildcard (%i)', async (wildcard) => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(Uint8Array.of(0x30, 8, 0, 1, 0x61, 4, 0x08, 0, 1, wildcard))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
  })
})

describe('3.3.4 What a PUBLISH does', () => {
  it('[MQTT-3.3.4-1] is answered with nothing, PUBACK or PUBREC, as its QoS asks', async () => {
    const ana = await (await house()).connect('ana')
    for (const qos of [0, 1, 2] as const) ana.publish('room', '', { qos, ...(qos > 0 && { packetId: qos }) })
    const heard = await ana.heard()
    expect(heard).toMatchObject([
      { type: 'puback', packetId: 1 },
      { type: 'pubrec', packetId: 2 },
    ])
  })

  it.each([
    [[0, 1], 2, 1],
    [[1, 2], 1, 1],
    [[0, 2], 2, 2],
    [[2, 0], 0, 0],
  ] as const)(
    '[MQTT-3.3.4-2] by overlapping subscriptions of QoS %j a message of QoS %i comes once, with QoS %i',
    async (granted, said, qos) => {
      const server = await house()
      const ana = await server.connect('ana')
      await ana.subscribe('room', { qos: granted[0] })
      await ana.subscribe('#', { qos: granted[1] })
      const ben = await server.connect('ben')
      if (said === 2) await sayOnce(ben, 'room', '')
      else ben.publish('room', '', { qos: said })
      await ben.heard()
      expect((await publishesOf(ana)).map((packet) => packet.qos)).toEqual([qos])
    },
  )

  it('[MQTT-3.3.4-3] [MQTT-3.3.4-4] has the identifiers of all subscriptions that have one, at once and from the store', async () => {
    const server = await house()
    const ana = await server.connect('ana', kept)
    await ana.subscribe('room', { qos: 1, identifier: 7 })
    await ana.subscribe('#', { qos: 1 })
    await ana.subscribe('+', { qos: 1, identifier: 268_435_455 })
    const ben = await server.connect('ben')
    await say(ben, 'room', 'live')
    const [live] = await expectMessages(ana, 'live')
    if (live) acknowledge(ana, live)
    await ana.disconnect()
    await say(ben, 'room', 'stored')
    const [stored] = await expectMessages(await server.connect('ana', kept), 'stored')
    for (const packet of [live, stored])
      expect(new Set(packet?.properties?.subscriptionIdentifiers)).toEqual(new Set([7, 268_435_455]))
  })

  it('[MQTT-3.3.4-5] that comes by a shared subscription besides has in each copy the identifier of its own', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('room', { identifier: 1 })
    await ana.subscribe('$share/crew/room', { identifier: 2 })
    await ana.subscribe('$share/other/room')
    ana.publish('room', '')
    const identifiers = (await publishesOf(ana)).map(({ properties }) => properties?.subscriptionIdentifiers ?? [])
    expect(identifiers.sort()).toEqual([[], [1], [2]])
  })

  it('[MQTT-3.3.4-6] comes from a client without a subscription identifier', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(Uint8Array.of(0x30, 6, 0, 1, 0x61, 2, 0x0b, 1))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
  })
})

describe('3.3.4 Receive Maximum of the server', () => {
  const narrow = () => house({ brokerLimits: { receiveMaximum: 2 } })

  it.each([1, 2] as const)(
    '[MQTT-3.3.4-7] is told, and kept to: one message of QoS %i more ends the connection with 0x93',
    async (qos) => {
      // Until somebody decides whether they may be published, they wait for their answers.
      const decisions: ((allowed: boolean) => void)[] = []
      const authorize = () => new Promise<boolean>((resolve) => decisions.push(resolve))
      const server = await house({ brokerLimits: { receiveMaximum: 2 }, authorize })
      const ana = await server.connect('ana')
      expect(ana.connack.properties?.receiveMaximum).toBe(2)
      for (const packetId of [1, 2]) ana.publish('room', '', { qos, packetId })
      expect(await ana.heard()).toEqual([])
      ana.publish('room', '', { qos, packetId: 3 })
      expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ReceiveMaximumExceeded })
      for (const decide of decisions) decide(true)
    },
  )

  it('[MQTT-3.3.4-7] counts a message of QoS 2 until its PUBCOMP', async () => {
    const ana = await (await narrow()).connect('ana')
    for (const packetId of [1, 2]) {
      ana.publish('room', '', { qos: 2, packetId })
      await ana.expect('pubrec')
    }
    ana.send({ type: 'pubrel', packetId: 1, reasonCode: 0 })
    await ana.expect('pubcomp')
    ana.publish('room', '', { qos: 2, packetId: 3 })
    await ana.expect('pubrec')
    ana.publish('room', '', { qos: 2, packetId: 4 })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ReceiveMaximumExceeded })
  })

  it('[MQTT-3.3.4-7] counts neither what was answered, nor what was refused, nor QoS 0', async () => {
    const server = await house({ brokerLimits: { receiveMaximum: 2 }, authorize: (_, { topic }) => topic === 'room' })
    const ana = await server.connect('ana')
    for (let packetId = 1; packetId <= 5; packetId++) {
      await say(ana, 'room', '', { packetId })
      ana.publish('secret', '', { qos: 2, packetId })
      expect(await ana.expect('pubrec')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
      ana.publish('room', '')
    }
    expect(await ana.heard()).toEqual([])
  })
})

describe.each([
  ['in memory', 0],
  ['in the store', 3_600],
])('3.3.4 Receive Maximum of a client whose messages are %s', (_, sessionExpiryInterval) => {
  const narrow = async (receiveMaximum: number, qos: 1 | 2) => {
    const server = await house()
    const ana = await server.connect('ana', { properties: { sessionExpiryInterval, receiveMaximum } })
    await ana.subscribe('room', { qos })
    const ben = await server.connect('ben')
    for (const text of ['1', '2', '3', '4']) await sayOnce(ben, 'room', text)
    return { server, ana, ben }
  }

  it.each([1, 2] as const)('[MQTT-3.3.4-9] is never exceeded by messages of QoS %i', async (qos) => {
    const { ana } = await narrow(2, qos)
    expect((await publishesOf(ana)).map(textOf)).toEqual(['1', '2'])
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.3.4-9] has room for the next message after PUBACK', async () => {
    const { ana } = await narrow(1, 1)
    for (const text of ['1', '2', '3', '4']) {
      const [packet] = await expectMessages(ana, text)
      expect(await ana.heard()).toEqual([])
      if (packet) acknowledge(ana, packet)
    }
  })

  it('[MQTT-3.3.4-9] has room for the next message after PUBCOMP, not after PUBREC', async () => {
    const { ana } = await narrow(1, 2)
    for (const text of ['1', '2', '3', '4']) {
      const [{ packetId = 0 } = {}] = await expectMessages(ana, text)
      ana.send({ type: 'pubrec', packetId, reasonCode: 0 })
      await ana.expect('pubrel')
      expect(await ana.heard()).toEqual([])
      ana.send({ type: 'pubcomp', packetId, reasonCode: 0 })
    }
  })

  it('[MQTT-3.3.4-9] has room for the next message after PUBREC with 0x80 and above', async () => {
    const { ana } = await narrow(1, 2)
    for (const text of ['1', '2', '3', '4']) {
      const [{ packetId = 0 } = {}] = await expectMessages(ana, text)
      ana.send({ type: 'pubrec', packetId, reasonCode: ReasonCode.QuotaExceeded })
    }
  })

  it('[MQTT-3.3.4-10] holds nothing else up: answers, and messages of QoS 0', async () => {
    const { ana, ben } = await narrow(1, 1)
    await expectMessages(ana, '1')
    await ana.subscribe('other')
    await say(ana, 'nobody', '')
    ben.publish('other', 'of QoS 0')
    await ben.heard()
    expect(await ana.messages()).toEqual(['of QoS 0'])
  })
})

describe('3.3.4 Receive Maximum of a client that comes back', () => {
  it('[MQTT-3.3.4-9] holds for what is sent again, too', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('room', { qos: 1 })
    const ben = await server.connect('ben')
    for (const text of ['1', '2', '3', '4']) await say(ben, 'room', text)
    await expectMessages(before, '1', '2', '3', '4')
    await before.vanish()
    const ana = await server.connect('ana', { ...kept, properties: { ...kept.properties, receiveMaximum: 3 } })
    const [first] = await expectMessages(ana, '1', '2', '3')
    expect(await ana.heard()).toEqual([])
    if (first) acknowledge(ana, first)
    await expectMessages(ana, '4')
  })
})
