import { encode, type Packet, type Properties, type ProtocolVersion, type QoS } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { connectPacket, publishPacket, subscriptionRequest } from '../../support/peer.js'

/** Something that one of a few clients does, by the number of its place. */
export type Action = { place: number } & (
  | { does: 'connects'; version: ProtocolVersion; maximumPacketSize: number; bytes: Uint8Array; honest: boolean }
  | { does: 'sends'; bytes: Uint8Array; pieces: number }
  | { does: 'vanishes' }
  | { does: 'stops reading' }
  | { does: 'reads on' }
  | { does: 'waits'; ms: number }
)

const names = ['ana', 'ben', '__proto__', 'constructor', '']
const topics = [
  'a',
  'a/b',
  'a/b/c',
  '/',
  'a//',
  'canary/x',
  '$SYS/x',
  '__proto__',
  'daak/to/ben',
  'daak/rpc/turns/begin',
]
const filters = [...topics, '#', '+', 'a/#', '+/b', 'a/+/c', '$share/g/a/#', '$share//a', '$share/g/', 'daak/from/+']
const daakFilters = ['daak/conversations/+/messages', 'daak/turns/+', 'daak/conversations/+/state/+', '#/a', 'a+', '']

const version = fc.constantFrom<ProtocolVersion>(4, 5)
const qos = fc.constantFrom<QoS>(0, 1, 2)
const packetId = fc.integer({ min: 1, max: 4 })
const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength })
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })
/** A record of those that are there. */
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>

const userProperties = fc.array(fc.tuple(fc.constantFrom('id', 'seq', 'k', '__proto__'), fc.string({ maxLength: 8 })), {
  maxLength: 3,
})

const publishProperties = some<Properties>({
  topicAlias: fc.integer({ min: 1, max: 40 }),
  messageExpiryInterval: fc.nat({ max: 3 }),
  payloadFormatIndicator: fc.constantFrom<0 | 1>(0, 1),
  responseTopic: fc.constantFrom('a/b', 'daak/replies/ana/ana'),
  correlationData: bytesUpTo(4),
  userProperties,
})

const will = fc
  .record({
    topic: fc.constantFrom(...topics),
    payload: bytesUpTo(8),
    qos,
    retain: fc.boolean(),
    properties: some({ willDelayInterval: fc.nat({ max: 5 }), messageExpiryInterval: fc.nat({ max: 5 }) }),
  })
  .map(({ properties, ...will }) => ({ ...will, properties }))

const connectProperties = some<Properties>({
  sessionExpiryInterval: fc.constantFrom(0, 1, 60, 0xffffffff),
  receiveMaximum: fc.integer({ min: 1, max: 3 }),
  maximumPacketSize: fc.constantFrom(16, 64, 4096),
  topicAliasMaximum: fc.nat({ max: 2 }),
  requestProblemInformation: fc.boolean(),
  requestResponseInformation: fc.boolean(),
})

const connect = fc
  .record({
    version,
    clientId: fc.constantFrom(...names),
    username: sometimes(fc.constantFrom('ana', 'ben')),
    cleanStart: fc.boolean(),
    keepAlive: fc.constantFrom(0, 1, 60),
    will: sometimes(will),
    properties: connectProperties,
  })
  .map(({ username, will, version, properties, ...fields }) =>
    connectPacket({
      ...fields,
      version,
      ...(version === 4 && fields.clientId === '' && { cleanStart: true }),
      ...(username !== undefined && { username }),
      ...(will && { will }),
      ...(version === 5 && { properties }),
    }),
  )

const publish = fc
  .tuple(fc.constantFrom(...topics), qos, packetId, fc.boolean(), bytesUpTo(80), sometimes(publishProperties))
  .map(([topic, qos, packetId, retain, payload, properties]) => ({
    ...publishPacket(topic, '', { qos, retain, ...(qos > 0 && { packetId }) }),
    payload,
    ...(properties && { properties }),
  }))

const subscribe = fc
  .tuple(packetId, fc.array(fc.tuple(fc.constantFrom(...filters, ...daakFilters), qos), { minLength: 1, maxLength: 3 }))
  .map(
    ([packetId, wanted]): Packet => ({
      type: 'subscribe',
      packetId,
      subscriptions: wanted.map(([filter, qos]) => subscriptionRequest(filter, { qos })),
    }),
  )

const unsubscribe = fc
  .tuple(packetId, fc.constantFrom(...filters))
  .map(([packetId, filter]): Packet => ({ type: 'unsubscribe', packetId, filters: [filter] }))

const acknowledge = fc
  .tuple(fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), packetId, fc.constantFrom(0, 0, 0, 0x92, 0x80))
  .map(([type, packetId, reasonCode]) => ({ type, packetId, reasonCode }) as Packet)

const goodbye = fc
  .record({ reasonCode: fc.constantFrom(0, 4), properties: some({ sessionExpiryInterval: fc.constantFrom(0, 9) }) })
  .map((fields): Packet => ({ type: 'disconnect', ...fields }))

/** What only a server sends, or belongs to an authentication that was never begun. */
const wrongWay = fc.constantFrom<Packet>(
  { type: 'pingresp' },
  { type: 'suback', packetId: 1, reasonCodes: [0] },
  { type: 'connack', sessionPresent: false, reasonCode: 0 },
  { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'jwt' } },
)

const weighted: fc.WeightedArbitrary<Packet>[] = [
  { arbitrary: publish, weight: 8 },
  { arbitrary: subscribe, weight: 4 },
  { arbitrary: acknowledge, weight: 4 },
  { arbitrary: unsubscribe, weight: 2 },
  { arbitrary: fc.constant<Packet>({ type: 'pingreq' }), weight: 1 },
  { arbitrary: goodbye, weight: 1 },
  { arbitrary: connect, weight: 1 },
  { arbitrary: wrongWay, weight: 1 },
]
const packet = fc.oneof(...weighted)

/** The packet's bytes; nothing where it can't be said in this version. */
const encoded = (packet: Packet, version: ProtocolVersion): Uint8Array => {
  try {
    return encode(packet, version)
  } catch {
    return new Uint8Array(0)
  }
}

const packetBytes = fc.tuple(packet, version).map(([packet, version]) => encoded(packet, version))

/** A few packets of which one byte is another one. */
const damaged = fc
  .tuple(fc.array(packetBytes, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat({ max: 255 }))
  .map(([packets, at, value]) => {
    const bytes = Uint8Array.from(packets.flatMap((bytes) => [...bytes]))
    if (bytes.length > 0) bytes[at % bytes.length] = value
    return bytes
  })

const sent = fc.oneof(
  { arbitrary: packetBytes, weight: 12 },
  { arbitrary: damaged, weight: 1 },
  { arbitrary: bytesUpTo(40), weight: 1 },
)

const act = fc.oneof<fc.WeightedArbitrary<Omit<Action, 'place'>>[]>(
  {
    weight: 4,
    arbitrary: fc.tuple(connect, fc.boolean()).map(([packet, honest]) => ({
      does: 'connects',
      version: packet.version,
      maximumPacketSize: packet.properties?.maximumPacketSize ?? 1 << 20,
      bytes: encoded(packet, packet.version),
      honest,
    })),
  },
  {
    weight: 20,
    arbitrary: fc
      .tuple(sent, fc.integer({ min: 1, max: 4 }))
      .map(([bytes, pieces]) => ({ does: 'sends', bytes, pieces })),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'vanishes' }) },
  { weight: 1, arbitrary: fc.constant({ does: 'stops reading' }) },
  { weight: 1, arbitrary: fc.constant({ does: 'reads on' }) },
  { weight: 2, arbitrary: fc.constantFrom(1, 1_500, 10_000, 120_000).map((ms) => ({ does: 'waits', ms })) },
)

/** What a few clients do, one after the other, until the canary is asked. */
export const script: fc.Arbitrary<Action[]> = fc.array(
  fc.tuple(fc.nat({ max: 2 }), act).map(([place, act]) => ({ place, ...act }) as Action),
  { minLength: 1, maxLength: 40 },
)
