import { encode, type Packet, type ProtocolVersion } from '@daakia/protocol/mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.js'
import { connectPacket, type Peer, publishPacket, subscriptionRequest, textOf } from '../support/peer.js'

let house: House
/** Hears what everybody says: whatever others do, it gets what it is to get. */
let witness: Peer

beforeEach(async () => {
  house = await openHouse()
  witness = await house.connect('witness')
  await witness.subscribe('#', { qos: 2 })
})

afterEach(() => house.close())

/** Several packets in one segment. */
const sendTogether = (peer: Peer, ...packets: readonly Packet[]): void =>
  peer.sendBytes(Buffer.concat(packets.map((packet) => encode(packet, peer.version))))

/** The texts that the witness has heard by now; it acknowledges them. */
const heardByWitness = async (): Promise<string[]> => {
  const texts: string[] = []
  for (const packet of await witness.heard()) {
    if (packet.type !== 'publish') continue
    texts.push(textOf(packet))
    if (packet.qos > 0)
      witness.send({ type: packet.qos === 1 ? 'puback' : 'pubrec', packetId: packet.packetId ?? 0, reasonCode: 0 })
  }
  return texts
}

/** What the server says last, and that it closes then. */
const lastWord = async (peer: Peer): Promise<Packet | undefined> => {
  let last: Packet | undefined
  for (let packet = await peer.next(); packet; packet = await peer.next()) last = packet
  await peer.closed
  return last
}

const subscribe = (packetId: number): Packet => ({
  type: 'subscribe',
  packetId,
  subscriptions: [subscriptionRequest('t')],
})

/** Written by hand: no encoder makes them. */
const subscribeWithIdZero = Uint8Array.of(0x82, 7, 0, 0, 0, 0, 1, 0x74, 0)
const unsubscribeWithIdZero = Uint8Array.of(0xa2, 6, 0, 0, 0, 0, 1, 0x74)
const publishWithIdZero = Uint8Array.of(0x32, 6, 0, 1, 0x74, 0, 0, 0)
const authWithoutMethod = Uint8Array.of(0xf0, 2, 0x18, 0)
const emptyAuth = Uint8Array.of(0xf0, 0)

describe('A packet identifier that is used again', () => {
  it('at QoS 1, before the answer, is another message: each is taken and answered', async () => {
    const ana = await house.connect('ana')
    sendTogether(ana, publishPacket('t', 'one', { qos: 1 }), publishPacket('t', 'two', { qos: 1 }))
    expect(await ana.heard()).toMatchObject([
      { type: 'puback', packetId: 1, reasonCode: 0 },
      { type: 'puback', packetId: 1, reasonCode: 0 },
    ])
    expect(await heardByWitness()).toEqual(['one', 'two'])
  })

  it('at QoS 2, before PUBREL, is the same message, whatever it says [MQTT-4.3.3-10]', async () => {
    const ana = await house.connect('ana')
    for (const text of ['one', 'two']) ana.publish('t', text, { qos: 2, packetId: 5 })
    expect(await ana.heard()).toMatchObject([
      { type: 'pubrec', packetId: 5, reasonCode: 0 },
      { type: 'pubrec', packetId: 5, reasonCode: 0 },
    ])
    expect(await heardByWitness()).toEqual(['one'])
  })

  it('at QoS 2, after PUBREL, is a new message, also in the same segment', async () => {
    const ana = await house.connect('ana')
    const publish = (text: string) => publishPacket('t', text, { qos: 2, packetId: 5 })
    sendTogether(ana, publish('one'), { type: 'pubrel', packetId: 5, reasonCode: 0 }, publish('two'))
    expect((await ana.heard()).map(({ type }) => type)).toEqual(['pubrec', 'pubcomp', 'pubrec'])
    expect(await heardByWitness()).toEqual(['one', 'two'])
  })

  it('by a QoS 1 message in the middle of a QoS 2 one leaves both what they are', async () => {
    const ana = await house.connect('ana')
    ana.publish('t', 'twice', { qos: 2, packetId: 5 })
    ana.publish('t', 'once', { qos: 1, packetId: 5 })
    ana.send({ type: 'pubrel', packetId: 5, reasonCode: 0 })
    expect(await ana.heard()).toMatchObject([
      { type: 'pubrec', packetId: 5 },
      { type: 'puback', packetId: 5 },
      { type: 'pubcomp', packetId: 5, reasonCode: 0 },
    ])
    expect(await heardByWitness()).toEqual(['twice', 'once'])
  })

  it('by SUBSCRIBE in the middle of a QoS 2 message leaves both what they are', async () => {
    const ana = await house.connect('ana')
    ana.publish('u', 'one', { qos: 2, packetId: 5 })
    sendTogether(ana, subscribe(5), subscribe(5), { type: 'pubrel', packetId: 5, reasonCode: 0 })
    expect((await ana.heard()).map(({ type }) => type)).toEqual(['pubrec', 'suback', 'suback', 'pubcomp'])
    expect(await heardByWitness()).toEqual(['one'])
  })
})

describe('An acknowledgement of nothing', () => {
  const notFound = 0x92

  it('is answered with 0x92 where it has an answer', async () => {
    const ana = await house.connect('ana')
    ana.send({ type: 'pubrel', packetId: 9, reasonCode: 0 })
    expect(await ana.expect('pubcomp')).toMatchObject({ packetId: 9, reasonCode: notFound })
    ana.send({ type: 'pubrec', packetId: 9, reasonCode: 0 })
    expect(await ana.expect('pubrel')).toMatchObject({ packetId: 9, reasonCode: notFound })
  })

  it('changes nothing where it has none', async () => {
    const ana = await house.connect('ana')
    for (const type of ['puback', 'pubcomp'] as const) ana.send({ type, packetId: 9, reasonCode: 0 })
    ana.send({ type: 'pubrec', packetId: 9, reasonCode: 0x80 })
    expect((await ana.heard()).map(({ type }) => type)).toEqual(['pubrel'])
  })

  it('gives no room for more than the client takes', async () => {
    const ana = await house.connect('ana', { properties: { receiveMaximum: 1 } })
    await ana.subscribe('t', { qos: 1 })
    for (const text of ['one', 'two', 'three']) witness.publish('t', text, { qos: 1 })
    for (let packetId = 1_000; packetId < 1_100; packetId++) ana.send({ type: 'puback', packetId, reasonCode: 0 })
    expect(await ana.messages()).toEqual(['one'])
  })

  it.each([
    ['a PUBREC for a QoS 1 message', 1, 'pubrec'],
    ['a PUBACK for a QoS 2 message', 2, 'puback'],
  ] as const)('of another kind than is due, %s, is a protocol error', async (_what, qos, type) => {
    const ana = await house.connect('ana')
    await ana.subscribe('t', { qos })
    witness.publish('t', 'one', { qos })
    const { packetId = 0 } = await ana.expect('publish')
    ana.send({ type, packetId, reasonCode: 0 })
    expect(await lastWord(ana)).toMatchObject({ type: 'disconnect', reasonCode: 0x82 })
  })

  it('that comes too early, a PUBCOMP before PUBREC, ends the message without harm to those after it', async () => {
    const ana = await house.connect('ana')
    await ana.subscribe('t', { qos: 2 })
    witness.publish('t', 'one', { qos: 2 })
    const { packetId = 0 } = await ana.expect('publish')
    ana.send({ type: 'pubcomp', packetId, reasonCode: 0 })
    witness.send({ type: 'pubrel', packetId: 1, reasonCode: 0 })
    witness.publish('t', 'two', { qos: 2 })
    expect(textOf(await ana.expect('publish'))).toBe('two')
  })
})

describe('CONNECT', () => {
  it.each([5, 4] as const)(
    'that comes twice in MQTT %s ends the connection, and not the session of others',
    async (version) => {
      const ana = await house.connect('ana', { version })
      ana.send(connectPacket({ clientId: 'ben', version }))
      expect((await lastWord(ana))?.type).toBe(version === 5 ? 'disconnect' : undefined)
      expect(await heardByWitness()).toEqual([])
    },
  )

  it('that comes twice in one segment with a publish behind it is refused before the publish', async () => {
    const ana = house.peer()
    sendTogether(ana, connectPacket(), connectPacket(), publishPacket('t', 'never', { qos: 1 }))
    expect(await lastWord(ana)).toMatchObject({ type: 'disconnect', reasonCode: 0x82 })
    expect(await heardByWitness()).toEqual([])
  })

  const early: readonly Packet[] = [
    publishPacket('t', 'early'),
    publishPacket('t', 'early', { qos: 2 }),
    subscribe(1),
    { type: 'unsubscribe', packetId: 1, filters: ['t'] },
    { type: 'pubrel', packetId: 1, reasonCode: 0 },
    { type: 'pingreq' },
    { type: 'disconnect', reasonCode: 0 },
    { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } },
  ]
  it.each(early)(
    'is what has to come before $type: else the connection is closed, and nothing is done',
    async (packet) => {
      const ana = house.peer()
      sendTogether(ana, packet, connectPacket())
      expect(await lastWord(ana)).toBeUndefined()
      expect(await heardByWitness()).toEqual([])
    },
  )
})

describe('DISCONNECT', () => {
  const late: readonly [string, Packet][] = [
    ['a publish', publishPacket('t', 'late', { qos: 1 })],
    ['a subscription', subscribe(1)],
    ['a ping', { type: 'pingreq' }],
    ['a CONNECT', connectPacket({ clientId: 'witness' })],
    ['another one, which asks for the will,', { type: 'disconnect', reasonCode: 4 }],
  ]
  it.each(late)('is the last that is heard: %s after it, in the same segment, is not', async (_what, packet) => {
    const will = { topic: 't', payload: Buffer.from('will'), qos: 0, retain: false } as const
    const ana = await house.connect('ana', { will })
    sendTogether(ana, { type: 'disconnect', reasonCode: 0 }, packet)
    expect(await lastWord(ana)).toBeUndefined()
    expect(await heardByWitness()).toEqual([])
  })

  it('is the last that is heard: what comes in a segment of its own is not', async () => {
    const ana = await house.connect('ana')
    ana.send({ type: 'disconnect', reasonCode: 0 })
    ana.publish('t', 'late', { qos: 1 })
    await ana.closed
    expect(await heardByWitness()).toEqual([])
  })
})

describe('A packet out of its order', () => {
  const wrong: readonly [string, Uint8Array][] = [
    ['SUBSCRIBE with packet identifier 0', subscribeWithIdZero],
    ['UNSUBSCRIBE with packet identifier 0', unsubscribeWithIdZero],
    ['PUBLISH with packet identifier 0', publishWithIdZero],
    ['AUTH without a method', authWithoutMethod],
    ['AUTH where none was begun', emptyAuth],
    [
      'AUTH with a method that the connection did not begin with',
      encode({ type: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'm' } }, 5),
    ],
  ]
  it.each(wrong)('ends the connection with a protocol error: %s', async (_what, bytes) => {
    const ana = await house.connect('ana')
    ana.sendBytes(bytes)
    expect(await lastWord(ana)).toMatchObject({ type: 'disconnect', reasonCode: 0x82 })
    expect(await heardByWitness()).toEqual([])
  })

  it.each<ProtocolVersion>([4, 5])(
    'ends that connection alone in MQTT %s: what it said before is heard',
    async (version) => {
      const ana = await house.connect('ana', { version })
      sendTogether(ana, publishPacket('t', 'before', { qos: 1 }))
      ana.sendBytes(version === 5 ? subscribeWithIdZero : Uint8Array.of(0x82, 6, 0, 0, 0, 1, 0x74, 0))
      await ana.closed
      expect(await heardByWitness()).toEqual(['before'])
      expect(await (await house.connect('ana')).heard()).toEqual([])
    },
  )
})
