import { encode, type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { openHouse } from '../support/house.js'
import { connectPacket, publishPacket, textOf } from '../support/peer.js'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('a malformed packet', () => {
  it.each<[what: string, bytes: string, code: number]>([
    ['a packet of a reserved type', '00 00', ReasonCode.MalformedPacket],
    ['a packet that only a server sends', '20 03 00 00 00', ReasonCode.ProtocolError],
    ['a remaining length of five bytes', '30 80 80 80 80 01', ReasonCode.MalformedPacket],
    ['a publish with QoS 3', '36 05 00 01 61 00 01', ReasonCode.MalformedPacket],
    ['a publish with a wildcard', '30 04 00 01 23 00', ReasonCode.MalformedPacket],
    ['an AUTH without a method', 'f0 00', ReasonCode.ProtocolError],
    ['a packet beyond the maximum size', '30 ff ff 7f', ReasonCode.PacketTooLarge],
  ])('that is %s closes its connection with the reason code, and no other', async (_, bytes, code) => {
    const house = await openHouse()
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    ana.sendBytes(hex(bytes))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: code })
    await ana.closed
    expect(await ben.heard()).toEqual([])
    await house.close()
  })

  it('of MQTT 3.1.1 closes its connection without a word', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', { version: 4 })
    ana.sendBytes(hex('36 05 00 01 61 00 01'))
    expect(await ana.next()).toBeUndefined()
    await house.close()
  })

  it('in place of a CONNECT is answered in a CONNACK once the version is known', async () => {
    const house = await openHouse()
    const ana = house.peer()
    const bytes = encode(connectPacket(), 5)
    bytes[9] = 0x01
    ana.sendBytes(bytes)
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
    await house.close()
  })
})

describe('keep-alive', () => {
  it('closes a connection that is silent for one and a half times as long as it said', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', { keepAlive: 10 })
    house.clock.advance(14_999)
    expect(await ana.heard()).toEqual([])
    house.clock.advance(14_999)
    expect(await ana.heard()).toEqual([])
    house.clock.advance(15_000)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.KeepAliveTimeout })
    await ana.closed
    await house.close()
  })

  it('of zero is replaced by the longest one in MQTT 5, and switches it off in 3.1.1', async () => {
    const house = await openHouse({ connectionLimits: { keepAliveSeconds: 60 } })
    const ana = await house.connect('ana')
    const old = await house.connect('old', { version: 4 })
    expect(ana.connack.properties?.serverKeepAlive).toBe(60)
    house.clock.advance(90_000)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.KeepAliveTimeout })
    expect(await old.heard()).toEqual([])
    await house.close()
  })

  it('does not blame a client to whom the server does not listen just now', async () => {
    const decisions: ((allowed: boolean) => void)[] = []
    const house = await openHouse({
      authorize: () => new Promise((resolve) => decisions.push(resolve)),
      brokerLimits: { waitingPublishes: 1 },
    })
    const ana = await house.connect('ana', { keepAlive: 10 })
    ana.publish('room', 'slow', { qos: 1 })
    await (await house.connect('ben')).heard()
    house.clock.advance(60_000)
    decisions[0]?.(true)
    await ana.expect('puback')
    expect(await ana.heard()).toEqual([])
    await house.close()
  })
})

describe('a client identifier', () => {
  it('belongs to the newest connection; the older one is told so', async () => {
    const house = await openHouse()
    const first = await house.connect('ana')
    const old = await house.connect('old', { version: 4 })
    const second = await house.connect('ana')
    expect(await first.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.SessionTakenOver })
    await house.connect('old', { version: 4 })
    expect(await old.next()).toBeUndefined()
    expect(await second.heard()).toEqual([])
    await house.close()
  })

  it('is given to the newest only when nothing goes on under the older one any more', async () => {
    let decide = (_: boolean) => {}
    const house = await openHouse({
      authorize: () =>
        new Promise((resolve) => {
          decide = resolve
        }),
    })
    const first = await house.connect('ana')
    first.publish('room', 'on its way', { qos: 1 })
    await first.heard()
    const second = house.peer()
    let letIn = false
    const connected = second.connect({ clientId: 'ana' }).then(() => {
      letIn = true
    })
    await first.closed
    await (await house.connect('other')).heard()
    expect(letIn).toBe(false)
    decide(true)
    await connected
    await house.close()
  })

  it('is each client’s own: another client that chooses it disturbs nobody', async () => {
    const house = await openHouse()
    const ana = await house.connect('phone', { username: 'ana' })
    const ben = await house.connect('phone', { username: 'ben' })
    expect(await ana.heard()).toEqual([])
    expect(await ben.heard()).toEqual([])
    await house.close()
  })

  it('may be claimed by many at once: one of them has it in the end, with its session', async () => {
    const house = await openHouse()
    const kept = { clientId: 'ana', cleanStart: false, properties: { sessionExpiryInterval: 100 } }
    await house.connect('ana', kept)
    const peers = Array.from({ length: 10 }, () => house.peer())
    for (const peer of peers) peer.send(connectPacket(kept))
    await Promise.all(peers.slice(0, -1).map((peer) => peer.closed))
    const last = peers.at(-1)
    expect(await last?.expect('connack')).toMatchObject({ sessionPresent: true })
    expect(await last?.heard()).toEqual([])
    await house.close()
  })
})

describe('topic aliases', () => {
  it('of a client stand for its topics', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    await ana.subscribe('#')
    ana.publish('a/long/topic', 'one', { properties: { topicAlias: 3 } })
    ana.publish('', 'two', { properties: { topicAlias: 3 } })
    const packets = await ana.heard()
    expect(packets).toMatchObject([{ topic: 'a/long/topic' }, { topic: 'a/long/topic' }])
    expect(packets.map((packet) => packet.type === 'publish' && packet.properties?.topicAlias)).toEqual([
      undefined,
      undefined,
    ])
    await house.close()
  })

  it('that were never set, or are above the maximum, close the connection with 0x94', async () => {
    const house = await openHouse()
    for (const [topic, topicAlias] of [
      ['', 5],
      ['room', 33],
    ] as const) {
      const ana = await house.connect('ana')
      ana.publish(topic, 'x', { properties: { topicAlias } })
      expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.TopicAliasInvalid })
    }
    await house.close()
  })

  it('are used towards a client that takes them, as many as it takes', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', { properties: { topicAliasMaximum: 1 } })
    await ana.subscribe('#')
    for (const topic of ['first', 'second', 'first', 'second']) ana.publish(topic, 'x')
    const heard = (await ana.heard()) as (Packet & { type: 'publish' })[]
    expect(heard.map(({ topic, properties }) => [topic, properties?.topicAlias])).toEqual([
      ['first', 1],
      ['second', undefined],
      ['', 1],
      ['second', undefined],
    ])
    await house.close()
  })
})

describe('Maximum Packet Size', () => {
  it('of a client is kept: what is larger is left out, and what can be shortened is', async () => {
    const house = await openHouse({ authorize: (_, { action }) => action === 'subscribe' })
    const small = await house.connect('small', { properties: { maximumPacketSize: 40 } })
    await small.subscribe('#', { qos: 1 })
    small.publish('x', 'no', { qos: 1 })
    const answer = await small.expect('puback')
    expect(answer).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    expect(answer.properties?.reasonString).toBeUndefined()
    await house.close()

    const open = await openHouse()
    const ana = await open.connect('ana', { properties: { maximumPacketSize: 40, receiveMaximum: 1 } })
    await ana.subscribe('#', { qos: 1 })
    ana.publish('x', 'y'.repeat(60), { qos: 1, packetId: 1 })
    ana.publish('x', 'short', { qos: 1, packetId: 2 })
    const packets = await ana.heard()
    expect(packets.filter((packet) => packet.type === 'publish').map(textOf)).toEqual(['short'])
    expect(open.counters.oversized).toBe(1)
    await open.close()
  })
})

describe('the stop of the server', () => {
  it('is told to every client, and lets nobody in any more', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    const waiting = house.peer()
    await house.close()
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ServerShuttingDown })
    await waiting.closed
    await house.peer().closed
  })

  it('waits for publishes that are on their way to the disk', async () => {
    let decide = (_: boolean) => {}
    const house = await openHouse({
      authorize: () =>
        new Promise((resolve) => {
          decide = resolve
        }),
    })
    const ana = await house.connect('ana')
    ana.publish('room', 'x', { qos: 1 })
    await ana.heard()
    let closed = false
    const closing = house.close().then(() => {
      closed = true
    })
    await ana.closed
    expect(closed).toBe(false)
    decide(true)
    await closing
  })
})

describe('bytes of a stream', () => {
  it('may be cut and glued anywhere', async () => {
    const house = await openHouse()
    const ana = house.peer()
    const bytes = Buffer.concat([
      encode(connectPacket(), 5),
      encode(publishPacket('room', 'one', { qos: 1, packetId: 1 }), 5),
      encode(publishPacket('room', 'two', { qos: 1, packetId: 2 }), 5),
    ])
    for (const byte of bytes) ana.sendBytes(Uint8Array.of(byte))
    await ana.expect('connack')
    expect((await ana.expect('puback')).packetId).toBe(1)
    expect((await ana.expect('puback')).packetId).toBe(2)
    await house.close()
  })
})
