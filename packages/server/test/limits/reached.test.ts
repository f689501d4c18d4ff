import { type Packet, type ProtocolVersion, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { VendorLimits } from '../../src/limits/account-limits.js'
import type { Scope } from '../../src/limits/port.js'
import type { House, HouseOptions } from '../support/house.js'
import { connectPacket, type Peer, subscriptionRequest } from '../support/peer.js'
import { house, of } from './support.js'

const vendor = 'acme'

/** What a client is told: the type of the packet, and its reason code; `closed` where it is told nothing. */
type Told = `${Packet['type']} ${string}` | 'closed'

const tell = (packet: Packet | undefined): Told => {
  if (!packet) return 'closed'
  if (packet.type === 'suback') return `suback ${packet.reasonCodes.map(hex).join(' ')}`
  return `${packet.type} ${'reasonCode' in packet ? hex(packet.reasonCode) : ''}`
}

const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0')}`

/** A client of the vendor that asks to come in, and what it is answered. */
const knock = async (
  opened: House,
  version: ProtocolVersion,
  clientId: string,
  fields: Partial<Parameters<typeof connectPacket>[0]> = {},
): Promise<[Peer, Packet | undefined]> => {
  const peer = opened.peer(version)
  peer.send(connectPacket({ version, clientId, ...of(vendor), ...fields }))
  return [peer, await peer.next()]
}

const enter = async (opened: House, version: ProtocolVersion, clientId: string): Promise<Peer> =>
  (await knock(opened, version, clientId))[0]

const kept = (version: ProtocolVersion) => ({
  cleanStart: false,
  ...(version === 5 && { properties: { sessionExpiryInterval: 60 } }),
})

/** A limit of an account: as far as the scopes have it, with how it is reached from below. */
interface AccountCase {
  limit: string
  /** The option, where it is called something else. */
  option?: string
  maximum: number
  scopes: readonly Scope[]
  /** What else is needed. */
  more?: VendorLimits
  /** Goes up to the limit and beyond; answers what the client is told in the end. */
  reach(opened: House, version: ProtocolVersion): Promise<Packet | undefined>
  /** In MQTT 5. */
  told: Told
  /** In MQTT 3.1.1. */
  told4: Told
}

const allScopes = ['connection', 'client', 'vendor'] as const
const holders = ['client', 'vendor'] as const

const publishes =
  (count: number, fields: Parameters<Peer['publish']>[2], text = 'hello') =>
  async (opened: House, version: ProtocolVersion) => {
    const peer = await enter(opened, version, 'ana')
    let answer: Packet | undefined
    for (let i = 1; i <= count; i++) {
      peer.publish(`room/${i}`, text, { ...fields, ...(fields?.qos && { packetId: i }) })
      if (fields?.qos || i === count) answer = await peer.next()
    }
    return answer
  }

/** One message is on its way, one waits, and one is too many. */
const overflow = async (opened: House, version: ProtocolVersion) => {
  const reader = await enter(opened, version, 'reader')
  await reader.subscribe('room', { qos: 1 })
  const writer = await opened.connect('writer', of('acme', 'ben'))
  for (const packetId of [1, 2, 3]) writer.publish('room', 'hello', { qos: 1, packetId })
  await writer.heard()
  await reader.expect('publish')
  return reader.next()
}

const accountCases: readonly AccountCase[] = [
  {
    limit: 'connections',
    maximum: 1,
    scopes: holders,
    async reach(opened, version) {
      await knock(opened, version, 'one')
      return (await knock(opened, version, 'two'))[1]
    },
    told: 'connack 0x97',
    told4: 'closed',
  },
  {
    limit: 'connects',
    option: 'connectsPerSecond',
    maximum: 1,
    scopes: holders,
    async reach(opened, version) {
      for (const name of ['one', 'two']) await knock(opened, version, name)
      return (await knock(opened, version, 'three'))[1]
    },
    told: 'connack 0x9f',
    told4: 'closed',
  },
  {
    limit: 'sessions',
    maximum: 1,
    scopes: holders,
    async reach(opened, version) {
      await knock(opened, version, 'one', kept(version))
      return (await knock(opened, version, 'two', kept(version)))[1]
    },
    told: 'connack 0x97',
    told4: 'closed',
  },
  {
    limit: 'subscriptions',
    maximum: 2,
    scopes: allScopes,
    async reach(opened, version) {
      const peer = await enter(opened, version, 'ana')
      const subscriptions = ['a', 'b', 'c'].map((filter) => subscriptionRequest(filter))
      peer.send({ type: 'subscribe', packetId: 1, subscriptions })
      return peer.next()
    },
    told: 'suback 0x00 0x00 0x97',
    told4: 'suback 0x00 0x00 0x80',
  },
  {
    limit: 'retainedMessages',
    maximum: 1,
    scopes: allScopes,
    reach: publishes(2, { qos: 1, retain: true }),
    told: 'puback 0x97',
    told4: 'closed',
  },
  {
    limit: 'retainedMessages',
    maximum: 1,
    scopes: allScopes,
    reach: publishes(2, { qos: 2, retain: true }),
    told: 'pubrec 0x97',
    told4: 'closed',
  },
  {
    limit: 'retainedMessages',
    maximum: 1,
    scopes: allScopes,
    reach: publishes(2, { retain: true }),
    told: 'disconnect 0x97',
    told4: 'closed',
  },
  {
    limit: 'retainedBytes',
    maximum: 12,
    scopes: allScopes,
    reach: publishes(2, { qos: 1, retain: true }),
    told: 'puback 0x97',
    told4: 'closed',
  },
  {
    limit: 'publishes',
    option: 'publishesPerSecond',
    maximum: 1,
    scopes: allScopes,
    reach: publishes(3, { qos: 1 }),
    told: 'puback 0x97',
    told4: 'closed',
  },
  {
    limit: 'publishes',
    option: 'publishesPerSecond',
    maximum: 1,
    scopes: allScopes,
    reach: publishes(3, {}),
    told: 'disconnect 0x96',
    told4: 'closed',
  },
  {
    limit: 'publishedBytes',
    option: 'publishedBytesPerSecond',
    maximum: 50,
    scopes: allScopes,
    reach: publishes(2, { qos: 2 }, 'x'.repeat(200)),
    told: 'pubrec 0x97',
    told4: 'closed',
  },
  {
    limit: 'queuedMessages',
    maximum: 1,
    scopes: allScopes,
    more: { perConnection: { inflight: 1 } },
    reach: overflow,
    told: 'disconnect 0x97',
    told4: 'closed',
  },
  {
    limit: 'queuedBytes',
    maximum: 10,
    scopes: allScopes,
    more: { perConnection: { inflight: 1 } },
    reach: overflow,
    told: 'disconnect 0x97',
    told4: 'closed',
  },
]

/** What waits has to wait for something: that is a limit as well. */
const othersThanInflight = ({ counters }: House) =>
  [...counters.limits].filter(([name]) => name !== 'connection inflight')

const fieldOf = { connection: 'perConnection', client: 'perClient', vendor: 'perVendor' } as const

const limitsOf = ({ limit, option = limit, maximum, more }: AccountCase, scope: Scope): VendorLimits => {
  const field = fieldOf[scope]
  return { ...more, [field]: { ...more?.[field], [option]: maximum } }
}

const scoped = accountCases.flatMap((each) => each.scopes.map((scope) => ({ ...each, scope, name: each.limit })))

describe.each([
  ['of every', (limits: VendorLimits) => limits],
  ['of one vendor alone, of the', (limits: VendorLimits) => ({ vendors: { [vendor]: limits } })],
])('a limit %s', (_, configured) => {
  describe.each([4, 5] as const)('over MQTT protocol level %i', (version) => {
    it.each(scoped)('$scope, of $name, is told with $told (5) or $told4 (4), and counted', async (each) => {
      const opened = await house({ accountLimits: configured(limitsOf(each, each.scope)) })
      const answer = await each.reach(opened, version)
      expect(tell(answer)).toBe(version === 5 ? each.told : each.told4)
      expect(othersThanInflight(opened)).toEqual([[`${each.scope} ${each.limit}`, 1]])
    })
  })
})

it('does not hold for another vendor than the one that it was set for', async () => {
  const opened = await house({ accountLimits: { vendors: { other: { perVendor: { connections: 0 } } } } })
  expect((await knock(opened, 5, 'ana'))[1]).toMatchObject({ reasonCode: ReasonCode.Success })
})

it('says which limit it was, and how much it allows', async () => {
  const opened = await house({ accountLimits: { perClient: { connections: 1 } } })
  await enter(opened, 5, 'one')
  const [, answer] = await knock(opened, 5, 'two')
  expect(answer).toMatchObject({ properties: { reasonString: 'This client may have 1 connections.' } })
})

describe('a queue in the store that is full', () => {
  it('leaves the newest out, and tells a client how many it missed when it comes back', async () => {
    const opened = await house({ accountLimits: { perConnection: { queuedMessages: 2 } } })
    const reader = await opened.connect('reader', { ...of(vendor), ...kept(5) })
    await reader.subscribe('room', { qos: 1 })
    await reader.disconnect()
    const writer = await opened.connect('writer', of(vendor, 'ben'))
    for (const packetId of [1, 2, 3, 4, 5]) writer.publish('room', `${packetId}`, { qos: 1, packetId })
    await writer.heard()
    const back = await opened.connect('reader', { ...of(vendor), ...kept(5) })
    expect(back.connack.properties?.userProperties).toEqual([['shed', '3']])
    expect(await back.messages()).toEqual(['1', '2'])
    expect([...opened.counters.limits]).toEqual([['connection queuedMessages', 3]])
    expect(opened.counters.shed).toBe(3)
  })

  it('closes a client that is there once, and not for each message that follows', async () => {
    const opened = await house({ accountLimits: { perConnection: { queuedMessages: 1 } } })
    const reader = await opened.connect('reader', { ...of(vendor), ...kept(5) })
    await reader.subscribe('room', { qos: 1 })
    const writer = await opened.connect('writer', of(vendor, 'ben'))
    writer.publish('room', 'on its way', { qos: 1, packetId: 1 })
    await reader.expect('publish')
    writer.publish('room', 'too many', { qos: 1, packetId: 2 })
    expect(tell(await reader.next())).toBe('disconnect 0x97')
    const back = await opened.connect('reader', { ...of(vendor), ...kept(5) })
    writer.publish('room', '3', { qos: 1, packetId: 3 })
    await writer.heard()
    expect((await back.heard()).map(tell)).toEqual(['publish '])
    expect(opened.counters.limits.get('connection queuedMessages')).toBe(2)
  })
})

/** A limit of the server, or of what one connection sends. */
interface PacketCase {
  limit: string
  scope?: 'server'
  options: HouseOptions
  /** May be set for one vendor. */
  own?: VendorLimits
  reach(opened: House, version: ProtocolVersion): Promise<Packet | undefined>
  told: Told
  told4?: Told
}

const asks = (send: (peer: Peer) => void) => async (opened: House, version: ProtocolVersion) => {
  const peer = await enter(opened, version, 'ana')
  send(peer)
  return peer.next()
}

const threeProperties = {
  userProperties: [
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ] as const,
}
const will = { topic: 'a/b/c/d', payload: new Uint8Array(), qos: 0, retain: false } as const
const levels = { options: { brokerLimits: { topicLevels: 3 } }, own: { topicLevels: 3 }, limit: 'topicLevels' }
const bytes = { options: { brokerLimits: { topicBytes: 6 } }, own: { topicBytes: 6 }, limit: 'topicBytes' }
const properties = {
  options: { brokerLimits: { userProperties: 2 } },
  own: { userProperties: 2 },
  limit: 'userProperties',
}

const packetCases: readonly PacketCase[] = [
  {
    limit: 'connections',
    scope: 'server',
    options: { connectionLimits: { connections: 1 } },
    async reach(opened, version) {
      await knock(opened, version, 'one')
      return (await knock(opened, version, 'two'))[1]
    },
    told: 'connack 0x89',
    // Return code 3, Server unavailable.
    told4: 'connack 0x03',
  },
  {
    limit: 'connects',
    scope: 'server',
    options: { connectionLimits: { connectsPerSecond: 1 } },
    async reach(opened, version) {
      for (const name of ['one', 'two']) await knock(opened, version, name)
      return (await knock(opened, version, 'three'))[1]
    },
    told: 'connack 0x9f',
    told4: 'closed',
  },
  {
    limit: 'unconnectedStreams',
    scope: 'server',
    options: { connectionLimits: { unconnectedStreams: 1 } },
    async reach(opened) {
      opened.peer()
      return opened.peer().next()
    },
    told: 'closed',
    told4: 'closed',
  },
  {
    limit: 'connectTimeoutMs',
    options: { connectionLimits: { connectTimeoutMs: 1_000 } },
    async reach(opened) {
      const peer = opened.peer()
      opened.clock.advance(1_000)
      return peer.next()
    },
    told: 'closed',
    told4: 'closed',
  },
  {
    limit: 'connectBytes',
    options: { connectionLimits: { connectBytes: 100 } },
    reach: async (opened, version) => (await knock(opened, version, 'x'.repeat(200)))[1],
    told: 'connack 0x95',
    told4: 'closed',
  },
  {
    limit: 'packetSizeBytes',
    options: { connectionLimits: { packetSizeBytes: 200 } },
    own: { packetSizeBytes: 200 },
    reach: asks((peer) => peer.publish('room', 'x'.repeat(250), { qos: 1, packetId: 1 })),
    told: 'disconnect 0x95',
    told4: 'closed',
  },
  {
    limit: 'clientIdLength',
    options: { connectionLimits: { clientIdLength: 10 } },
    reach: async (opened, version) => (await knock(opened, version, 'x'.repeat(11)))[1],
    told: 'connack 0x85',
    // Return code 2, identifier rejected.
    told4: 'connack 0x02',
  },
  {
    limit: 'topicAliases',
    options: { connectionLimits: { topicAliases: 2 } },
    reach: asks((peer) => peer.publish('room', 'hello', { properties: { topicAlias: 3 } })),
    told: 'disconnect 0x94',
  },
  {
    limit: 'receiveMaximum',
    options: { brokerLimits: { receiveMaximum: 2 } },
    reach: async (opened, version) => {
      const peer = await enter(opened, version, 'ana')
      for (const packetId of [1, 2, 3]) peer.publish('room', 'half done', { qos: 2, packetId })
      for (let i = 0; i < 2; i++) await peer.expect('pubrec')
      return peer.next()
    },
    told: 'disconnect 0x93',
  },
  {
    ...levels,
    reach: asks((peer) => peer.publish('a/b/c/d', '', { qos: 1 })),
    told: 'puback 0x90',
    told4: 'puback 0x00',
  },
  {
    ...levels,
    reach: asks((peer) => peer.publish('a/b/c/d', '', { qos: 2 })),
    told: 'pubrec 0x90',
    told4: 'pubrec 0x00',
  },
  { ...levels, reach: asks((peer) => peer.publish('a/b/c/d', '')), told: 'disconnect 0x90', told4: 'closed' },
  {
    ...levels,
    reach: asks((peer) =>
      peer.send({ type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('a/+/c/#')] }),
    ),
    told: 'suback 0x8f',
    told4: 'suback 0x80',
  },
  {
    ...levels,
    reach: async (opened, version) => (await knock(opened, version, 'ana', { will }))[1],
    told: 'connack 0x90',
    told4: 'closed',
  },
  { ...bytes, reach: asks((peer) => peer.publish('ééé/', '', { qos: 1 })), told: 'puback 0x90', told4: 'puback 0x00' },
  {
    ...bytes,
    reach: asks((peer) =>
      peer.send({ type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('1234567')] }),
    ),
    told: 'suback 0x8f',
    told4: 'suback 0x80',
  },
  {
    ...properties,
    reach: async (opened, version) => (await knock(opened, version, 'ana', { properties: threeProperties }))[1],
    told: 'connack 0x83',
  },
  {
    ...properties,
    reach: async (opened, version) =>
      (await knock(opened, version, 'ana', { will: { ...will, properties: threeProperties } }))[1],
    told: 'connack 0x83',
  },
  {
    ...properties,
    reach: asks((peer) => peer.publish('room', '', { qos: 1, properties: threeProperties })),
    told: 'puback 0x83',
  },
  {
    ...properties,
    reach: asks((peer) => peer.publish('room', '', { properties: threeProperties })),
    told: 'disconnect 0x83',
  },
  {
    ...properties,
    reach: asks((peer) =>
      peer.send({
        type: 'subscribe',
        packetId: 1,
        subscriptions: [subscriptionRequest('room')],
        properties: threeProperties,
      }),
    ),
    told: 'disconnect 0x83',
  },
]

const packetTable = packetCases.flatMap((each) => [
  { ...each, version: 5 as const, expected: each.told },
  ...(each.told4 ? [{ ...each, version: 4 as const, expected: each.told4 }] : []),
])

describe('a limit of the server', () => {
  it.each(packetTable)('of $limit is told with $expected over protocol level $version, and counted', async (each) => {
    const opened = await house(each.options)
    expect(tell(await each.reach(opened, each.version))).toBe(each.expected)
    expect([...opened.counters.limits]).toEqual([[`${each.scope ?? 'connection'} ${each.limit}`, 1]])
  })

  it.each(packetTable.flatMap((each) => (each.own ? [{ ...each, own: each.own }] : [])))(
    'of $limit may be another one for one vendor: $expected over protocol level $version',
    async (each) => {
      const opened = await house({ accountLimits: { vendors: { [vendor]: each.own } } })
      expect(tell(await each.reach(opened, each.version))).toBe(each.expected)
      expect([...opened.counters.limits]).toEqual([[`connection ${each.limit}`, 1]])
    },
  )
})

it('announces to each vendor the size of the packets that it may send', async () => {
  const opened = await house({ accountLimits: { vendors: { [vendor]: { packetSizeBytes: 500 } } } })
  const ana = await opened.connect('ana', of(vendor))
  expect(ana.connack.properties?.maximumPacketSize).toBe(500)
  const ben = await opened.connect('ben', of('other', 'ben'))
  expect(ben.connack.properties?.maximumPacketSize).toBe(256 * 1024)
})
