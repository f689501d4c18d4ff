import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { house, of } from '../limits/support.js'
import type { House } from '../support/house.js'
import { connectPacket, type Peer, subscriptionRequest, textOf } from '../support/peer.js'

const vendor = 'acme'

/** Two of the same vendor who do nothing wrong go on talking, whatever another one does. */
const othersTalk = async (opened: House): Promise<void> => {
  const ear = await opened.connect('ear', of(vendor, 'ear'))
  await ear.subscribe('talk', { qos: 1 })
  const mouth = await opened.connect('mouth', of(vendor, 'mouth'))
  mouth.publish('talk', 'hello', { qos: 1 })
  expect(textOf(await ear.expect('publish'))).toBe('hello')
  expect((await mouth.expect('puback')).reasonCode).toBe(ReasonCode.Success)
  await ear.disconnect()
  await mouth.disconnect()
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}

const usage = (opened: House) => opened.accounts.usage(vendor)

describe('a flood of', () => {
  it('retained messages is kept up to the limit, in number and in bytes', async () => {
    const accountLimits = { perClient: { retainedMessages: 100, retainedBytes: 10_000 } }
    const opened = await house({ accountLimits })
    const ana = await opened.connect('ana', of(vendor))
    for (let i = 0; i < 1_000; i++) {
      ana.publish(`flood/${i}`, i < 500 ? 'x' : 'x'.repeat(5_000), { qos: 1, retain: true, packetId: i + 1 })
      const { reasonCode } = await ana.expect('puback')
      expect(reasonCode).toBe(i < 100 ? ReasonCode.NoMatchingSubscribers : ReasonCode.QuotaExceeded)
    }
    expect(usage(opened)).toMatchObject({ retainedMessages: 100, retainedBytes: 10 * 8 + 90 * 9 })
    await othersTalk(opened)
  })

  it('subscriptions is granted up to the limit, and forgotten with its session', async () => {
    const opened = await house({ accountLimits: { perConnection: { subscriptions: 100 } } })
    const ana = await opened.connect('ana', of(vendor))
    for (let packet = 0; packet < 20; packet++) {
      const filters = Array.from({ length: 50 }, (_, i) => subscriptionRequest(`flood/${packet}/${i}/#`))
      ana.send({ type: 'subscribe', packetId: packet + 1, subscriptions: filters })
      const { reasonCodes } = await ana.expect('suback')
      expect(new Set(reasonCodes)).toEqual(new Set([packet < 2 ? 0 : ReasonCode.QuotaExceeded]))
    }
    expect(usage(opened).subscriptions).toBe(100)
    await othersTalk(opened)
    await ana.disconnect()
    await settled()
    expect(usage(opened).subscriptions).toBe(0)
  })

  it('user properties is refused, packet by packet', async () => {
    const opened = await house()
    const ana = await opened.connect('ana', of(vendor))
    const userProperties = Array.from({ length: 10_000 }, (_, i) => [`k${i}`, 'v'] as const)
    ana.publish('room', '', { qos: 1, properties: { userProperties } })
    expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.ImplementationSpecificError)
    ana.publish('room', '', { properties: { userProperties } })
    expect((await ana.expect('disconnect')).reasonCode).toBe(ReasonCode.ImplementationSpecificError)
    await othersTalk(opened)
  })

  it('connections gets as many as a client may have, and leaves nothing behind', async () => {
    const accountLimits = { perClient: { connections: 10, connectsPerSecond: 1_000 } }
    const opened = await house({ accountLimits })
    const peers = await Promise.all(Array.from({ length: 300 }, (_, i) => opened.connect(`c${i}`, of(vendor))))
    const codes = peers.map(({ connack }) => connack.reasonCode)
    expect(codes.filter((code) => code === 0)).toHaveLength(10)
    expect(codes.filter((code) => code === ReasonCode.QuotaExceeded)).toHaveLength(290)
    expect(usage(opened).connections).toBe(10)
    await othersTalk(opened)
    for (const peer of peers) peer.stream.destroy()
    await settled()
    expect(usage(opened).connections).toBe(0)
  })

  it('take-overs is bounded by the pace of its client, and never has two at one time', async () => {
    const opened = await house({ accountLimits: { perClient: { connectsPerSecond: 20 } } })
    const peers: (Peer & { connack: { reasonCode: number } })[] = []
    for (let i = 0; i < 100; i++) {
      peers.push(await opened.connect('ana', of(vendor)))
      expect(usage(opened).connections).toBeLessThanOrEqual(1)
    }
    const codes = peers.map(({ connack }) => connack.reasonCode)
    // What two seconds give may come at once.
    expect(codes).toEqual([...Array(40).fill(0), ...Array(60).fill(ReasonCode.ConnectionRateExceeded)])
    expect(await peers[39]?.heard()).toEqual([])
    await othersTalk(opened)
  })

  it('those who never connect holds no more places than there are, and no longer than they may', async () => {
    const opened = await house({ connectionLimits: { unconnectedStreams: 50, connectTimeoutMs: 1_000 } })
    const silent = Array.from({ length: 500 }, () => opened.peer())
    await Promise.all(silent.slice(50).map(({ closed }) => closed))
    expect(opened.counters.streams).toBe(50)
    opened.clock.advance(1_000)
    await Promise.all(silent.map(({ closed }) => closed))
    await othersTalk(opened)
  })

  it('sessions that never end is kept up to the limit', async () => {
    const opened = await house({ accountLimits: { perClient: { sessions: 20, connectsPerSecond: 1_000 } } })
    let refused = 0
    for (let i = 0; i < 100; i++) {
      const properties = { sessionExpiryInterval: 0xffffffff }
      const peer = await opened.connect(`c${i}`, { ...of(vendor), cleanStart: false, properties })
      if (peer.connack.reasonCode === ReasonCode.QuotaExceeded) refused++
      else await peer.disconnect()
    }
    await settled()
    expect(refused).toBe(80)
    expect(usage(opened)).toMatchObject({ sessions: 20, connections: 0 })
    await othersTalk(opened)
  })

  it('topic aliases keeps no more topics than it may', async () => {
    const opened = await house({ connectionLimits: { topicAliases: 8 } })
    const ana = await opened.connect('ana', of(vendor))
    for (let i = 0; i < 1_000; i++) ana.publish(`flood/${i}`, '', { properties: { topicAlias: (i % 8) + 1 } })
    expect(await ana.heard()).toEqual([])
    ana.publish('flood', '', { properties: { topicAlias: 9 } })
    expect((await ana.expect('disconnect')).reasonCode).toBe(ReasonCode.TopicAliasInvalid)
    await othersTalk(opened)
  })

  it('wills keeps no more retained messages than its client may have', async () => {
    const accountLimits = { perClient: { retainedMessages: 5, connectsPerSecond: 1_000 } }
    const opened = await house({ accountLimits })
    for (let i = 0; i < 50; i++) {
      const will = { topic: `gone/${i}`, payload: Uint8Array.of(1), qos: 1, retain: true } as const
      const peer = await opened.connect(`c${i}`, { ...of(vendor), will })
      await peer.vanish()
      await settled()
    }
    expect(usage(opened).retainedMessages).toBe(5)
    expect(opened.counters.limits.get('client retainedMessages')).toBe(45)
    await othersTalk(opened)
  })
})

describe('what is never finished', () => {
  it('is no more than the Receive Maximum: QoS 2 messages half-done for ever', async () => {
    const opened = await house({ brokerLimits: { receiveMaximum: 50 } })
    const ana = await opened.connect('ana', of(vendor))
    for (let packetId = 1; packetId <= 50; packetId++) ana.publish('room', 'half', { qos: 2, packetId })
    for (let i = 0; i < 50; i++) await ana.expect('pubrec')
    ana.publish('room', 'one too many', { qos: 2, packetId: 51 })
    expect((await ana.expect('disconnect')).reasonCode).toBe(ReasonCode.ReceiveMaximumExceeded)
    await othersTalk(opened)
  })

  it('is no more than the window: packet identifiers that a receiver never releases', async () => {
    const opened = await house({ accountLimits: { perConnection: { inflight: 20, queuedMessages: 30 } } })
    const deaf = await opened.connect('deaf', of(vendor))
    await deaf.subscribe('room', { qos: 2 })
    const writer = await opened.connect('writer', of(vendor, 'ben'))
    for (let packetId = 1; packetId <= 60; packetId++) {
      writer.publish('room', 'hello', { qos: 1, packetId })
      await writer.expect('puback')
    }
    const packets = []
    for (let packet = await deaf.next(); packet; packet = await deaf.next()) packets.push(packet)
    expect(packets.filter(({ type }) => type === 'publish')).toHaveLength(20)
    expect(packets.at(-1)).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.QuotaExceeded })
    await settled()
    expect(usage(opened)).toMatchObject({ inflight: 0, queuedMessages: 0, queuedBytes: 0 })
    await othersTalk(opened)
  })
})

describe('a reader that stops reading', () => {
  it('at QoS 1 costs its own queue only, up to the limit, and others hear everything', async () => {
    const limit = 100_000
    const opened = await house({ accountLimits: { perConnection: { queuedBytes: limit } } })
    const deaf = await opened.connect('deaf', of(vendor))
    await deaf.subscribe('room', { qos: 1 })
    deaf.stream.pause()
    const reader = await opened.connect('reader', of(vendor, 'reader'))
    await reader.subscribe('room', { qos: 1 })
    const writer = await opened.connect('writer', of(vendor, 'ben'))
    let most = 0
    for (let i = 1; i <= 100; i++) {
      // Who publishes waits a moment for the one that does not read, and then no more.
      opened.clock.advance(1_000)
      writer.publish('room', `${i} ${'x'.repeat(5_000)}`, { qos: 1, packetId: i })
      expect(Number.parseInt(textOf(await reader.expect('publish')), 10)).toBe(i)
      reader.send({ type: 'puback', packetId: i, reasonCode: 0 })
      await writer.expect('puback')
      most = Math.max(most, usage(opened).queuedBytes)
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(limit)
    expect(opened.counters.limits.get('connection queuedBytes')).toBe(1)
    await othersTalk(opened)
    deaf.stream.resume()
    await deaf.closed
    expect(usage(opened).queuedBytes).toBe(0)
  })

  it('is not read from either: what it asks for does not pile up as answers', async () => {
    const opened = await house({ connectionLimits: { unsentBytes: 200_000 } })
    const deaf = opened.peer()
    deaf.send(connectPacket({ clientId: 'deaf', ...of(vendor) }))
    await deaf.expect('connack')
    deaf.stream.pause()
    const before = opened.counters.packetsSent
    const pingreq = [0xc0, 0]
    for (let i = 0; i < 400; i++) deaf.sendBytes(Uint8Array.from({ length: 1_000 }, (_, at) => pingreq[at % 2] ?? 0))
    await settled()
    // 64 KiB of answers fit in the stream, and a batch waits for it.
    const answered = (opened.counters.packetsSent - before) * 2
    expect(answered).toBeGreaterThan(0)
    expect(answered).toBeLessThan(300_000)
    await othersTalk(opened)
  })
})
