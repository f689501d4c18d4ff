import { type ProtocolVersion, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../support/house.js'
import { Peer } from '../support/peer.js'
import { house, of, talliedStream } from './support.js'

const vendor = 'acme'

/** A client that says one message of each QoS to itself, and hears it. Answers the bytes that it has seen go by. */
const talkToOneself = async (opened: House, version: ProtocolVersion) => {
  const [stream, bytes] = talliedStream(opened)
  const peer = new Peer(stream, version)
  await peer.connect({ clientId: `ana-${version}`, ...of(vendor) })
  await peer.subscribe(`room/${version}`, { qos: 2 })
  peer.publish(`room/${version}`, 'at most once')
  await peer.expect('publish')
  peer.publish(`room/${version}`, 'at least once', { qos: 1, packetId: 1 })
  for (const packet of [await peer.next(), await peer.next()])
    if (packet?.type === 'publish') peer.send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0 })
  peer.publish(`room/${version}`, 'once', { qos: 2, packetId: 2 })
  for (const packet of [await peer.next(), await peer.next()])
    if (packet?.type === 'publish') peer.send({ type: 'pubrec', packetId: packet.packetId ?? 0, reasonCode: 0 })
  const { packetId } = await peer.expect('pubrel')
  peer.send({ type: 'pubcomp', packetId, reasonCode: 0 })
  peer.send({ type: 'pubrel', packetId: 2, reasonCode: 0 })
  await peer.expect('pubcomp')
  await peer.heard()
  return bytes
}

/** Of one who talks to itself: CONNECT, SUBSCRIBE, three PUBLISH, PUBACK, PUBREC, PUBCOMP, PUBREL, PINGREQ … */
const received = 10
/** … and CONNACK, SUBACK, three PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, PINGRESP. */
const sent = 10

describe('what goes in and out', () => {
  it.each([4, 5] as const)(
    'is counted for the server and for the vendor, over MQTT protocol level %i',
    async (version) => {
      const opened = await house()
      const bytes = await talkToOneself(opened, version)
      const traffic = {
        packetsReceived: received,
        packetsSent: sent,
        bytesReceived: bytes.sent,
        bytesSent: bytes.received,
      }
      expect(opened.counters).toMatchObject({ ...traffic, published: [1, 1, 1], delivered: [1, 1, 1] })
      expect(opened.accounts.traffic(vendor)).toEqual({
        ...traffic,
        publishesReceived: 3,
        publishesSent: 3,
        publishesDropped: 0,
      })
    },
  )

  it('is counted for each vendor by itself, and for the server together', async () => {
    const opened = await house()
    await talkToOneself(opened, 4)
    await talkToOneself(opened, 5)
    const other = await opened.connect('ben', of('other', 'ben'))
    other.publish('room/5', 'unheard')
    await other.heard()
    expect(opened.accounts.traffic('other')).toMatchObject({ packetsReceived: 3, packetsSent: 2, publishesReceived: 1 })
    expect(opened.accounts.traffic(vendor)).toMatchObject({ packetsReceived: 2 * received, packetsSent: 2 * sent })
    expect(opened.counters).toMatchObject({ packetsReceived: 2 * received + 3, packetsSent: 2 * sent + 2 })
  })

  it('is counted as it goes to each of many receivers', async () => {
    const opened = await house()
    const hearers = await Promise.all(['ben', 'cyd', 'dan'].map((name) => opened.connect(name, of(vendor, name))))
    for (const hearer of hearers) await hearer.subscribe('room')
    const ana = await opened.connect('ana', of(vendor))
    ana.publish('room', 'hello')
    for (const hearer of hearers) await hearer.expect('publish')
    expect(opened.counters).toMatchObject({ published: [1, 0, 0], delivered: [3, 0, 0] })
    expect(opened.accounts.traffic(vendor)).toMatchObject({ publishesReceived: 1, publishesSent: 3 })
  })
})

describe('connections', () => {
  it('are counted when they are let in, and by the reason where they are not', async () => {
    const opened = await house({ accountLimits: { perClient: { connections: 1 } } })
    await opened.connect('one', of(vendor))
    const refused = await opened.connect('two', of(vendor))
    expect(refused.connack.reasonCode).toBe(ReasonCode.QuotaExceeded)
    const garbled = opened.peer()
    garbled.sendBytes(Uint8Array.of(0x10, 2, 0, 0))
    await garbled.closed
    expect(opened.counters).toMatchObject({ streams: 3, connected: 1 })
    expect([...opened.counters.refusedConnections]).toEqual([
      ['Quota exceeded', 1],
      ['Malformed Packet', 1],
    ])
  })

  it('are counted by the reason over MQTT 3.1.1 as well, which has no word for it', async () => {
    const opened = await house({ accountLimits: { perClient: { connections: 0 } } })
    const peer = opened.peer(4)
    peer.send({ type: 'connect', version: 4, clientId: 'one', cleanStart: true, keepAlive: 0, ...of(vendor) })
    expect(await peer.next()).toBeUndefined()
    expect([...opened.counters.refusedConnections]).toEqual([['Quota exceeded', 1]])
  })
})

describe('a message that does not reach somebody', () => {
  it('is counted where it is larger than its receiver takes', async () => {
    const opened = await house()
    const ben = await opened.connect('ben', { ...of(vendor, 'ben'), properties: { maximumPacketSize: 100 } })
    await ben.subscribe('room', { qos: 1 })
    const ana = await opened.connect('ana', of(vendor))
    ana.publish('room', 'x'.repeat(200))
    ana.publish('room', 'x'.repeat(200), { qos: 1, packetId: 1 })
    await ana.heard()
    expect(opened.counters).toMatchObject({ oversized: 2, delivered: [0, 0, 0] })
    expect(opened.accounts.traffic(vendor).publishesDropped).toBe(2)
  })

  it.each([
    ['in memory', 0],
    ['in the store', 3_600],
  ])('is counted where its time was over while it waited %s', async (_, sessionExpiryInterval) => {
    const opened = await house()
    const properties = { sessionExpiryInterval, receiveMaximum: 1 }
    const ben = await opened.connect('ben', { ...of(vendor, 'ben'), properties })
    await ben.subscribe('room', { qos: 1 })
    const ana = await opened.connect('ana', of(vendor))
    for (const packetId of [1, 2, 3])
      ana.publish('room', 'soon', { qos: 1, packetId, properties: { messageExpiryInterval: 10 } })
    await ana.heard()
    const { packetId = 0 } = await ben.expect('publish')
    opened.clock.advance(11_000)
    ben.send({ type: 'puback', packetId, reasonCode: 0 })
    await ben.heard()
    await ben.heard()
    expect(opened.counters).toMatchObject({ expired: 2, delivered: [0, 1, 0] })
    expect(opened.accounts.traffic(vendor).publishesDropped).toBe(2)
  })
})
