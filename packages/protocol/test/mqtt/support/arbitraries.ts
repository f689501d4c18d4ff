/** Packets of every type as fast-check makes them: each valid, and as the decoder would give it back. */
import {
  mayCarry,
  type Packet,
  type Properties,
  type PropertyHolder,
  type PropertyRule,
  type ProtocolVersion,
  propertyRules,
  type QoS,
  type ReasonHolder,
  type SubscriptionRequest,
} from '@daakia/protocol/mqtt'
import fc from 'fast-check'

/** Any text that MQTT can carry: every code point but surrogates and U+0000. */
export const text = (options: { minLength?: number } = {}): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ ...options, unit: 'grapheme-ascii' }),
    fc.string({ ...options, unit: 'binary', maxLength: 40 }).map((made) => made.replaceAll('\0', '\u{feff}')),
    fc.string({ ...options, unit: 'grapheme', size: 'medium' }),
  )

export const topicName = text({ minLength: 1 }).map((made) => made.replace(/[+#]/g, '/'))

/** Chunks may be views with an offset, so payloads are compared as plain Uint8Arrays. */
export const bytes = (options: fc.IntArrayConstraints = { maxLength: 300 }): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array(options).map((made) => new Uint8Array(made))

const packetId = fc.integer({ min: 1, max: 0xffff })
const qos = fc.constantFrom<QoS>(0, 1, 2)

const values: Record<PropertyRule['kind'], fc.Arbitrary<unknown>> = {
  bit: fc.constantFrom(0, 1),
  boolean: fc.boolean(),
  uint16: fc.integer({ min: 1, max: 0xffff }),
  uint32: fc.integer({ min: 1, max: 0xffffffff }),
  variable: fc.integer({ min: 1, max: 268_435_455 }),
  string: text(),
  binary: bytes(),
  pair: fc.tuple(text(), text()),
}

const valueFor = (rule: PropertyRule, holder: PropertyHolder): fc.Arbitrary<unknown> => {
  const value = rule.isTopic ? topicName : values[rule.kind]
  if (rule.repeatsIn.length === 0) return value
  return fc.array(value, { minLength: 1, maxLength: rule.repeatsIn.includes(holder) ? 4 : 1 })
}

export interface PropertyChoice {
  without?: readonly (keyof Properties)[]
  with?: readonly (keyof Properties)[]
}

/** `{}` or `{ properties }` with any that `holder` may carry. */
export const properties = (
  holder: PropertyHolder,
  version: ProtocolVersion,
  choice: PropertyChoice = {},
): fc.Arbitrary<{ properties?: Properties }> => {
  if (version === 4) return fc.constant({})
  const rules = propertyRules.filter((rule) => rule.holders.includes(holder) && !choice.without?.includes(rule.name))
  const fields = Object.fromEntries(rules.map((rule) => [rule.name, valueFor(rule, holder)]))
  return fc
    .record(fields, { requiredKeys: [...(choice.with ?? [])] })
    .map(({ authenticationData, ...others }) => ({
      ...others,
      ...(authenticationData !== undefined && 'authenticationMethod' in others && { authenticationData }),
    }))
    .map((made) => (Object.keys(made).length === 0 ? {} : { properties: made as Properties }))
}

const reasonCode = (holder: ReasonHolder, version: ProtocolVersion): fc.Arbitrary<number> => {
  const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => mayCarry(holder, code))
  return version === 4 ? fc.constant(0) : fc.constantFrom(...codes)
}

/** Who the packet is for: some fields go in one direction only. */
export type Receiver = 'server' | 'client'

type Make = (version: ProtocolVersion, receiver: Receiver) => fc.Arbitrary<Packet>

const credentials = (version: ProtocolVersion) =>
  fc.oneof(
    fc.constant({}),
    fc.record({ username: text() }),
    fc.record({ username: text(), password: bytes() }),
    version === 5 ? fc.record({ password: bytes() }) : fc.constant({}),
  )

const will = (version: ProtocolVersion) =>
  fc
    .tuple(fc.record({ topic: topicName, payload: bytes(), qos, retain: fc.boolean() }), properties('will', version))
    .map(([fields, more]) => ({ will: { ...fields, ...more } }))

const connect: Make = (version) =>
  fc
    .tuple(
      fc.record({ clientId: text({ minLength: 1 }), cleanStart: fc.boolean(), keepAlive: fc.nat({ max: 0xffff }) }),
      fc.oneof(fc.constant({}), will(version)),
      credentials(version),
      properties('connect', version),
    )
    .map(([fields, ...more]) => Object.assign({ type: 'connect' as const, version, ...fields }, ...more))

const connack: Make = (version) =>
  fc
    .tuple(
      fc.boolean(),
      version === 4 ? fc.integer({ min: 0, max: 5 }) : reasonCode('connack', 5),
      properties('connack', version),
    )
    .map(([present, code, more]) => ({
      type: 'connack',
      sessionPresent: present && code === 0,
      reasonCode: code,
      ...more,
    }))

const publish: Make = (version, receiver) =>
  fc
    .tuple(
      fc.record({ topic: topicName, payload: bytes(), qos, retain: fc.boolean(), dup: fc.boolean() }),
      packetId,
      properties('publish', version, receiver === 'server' ? { without: ['subscriptionIdentifiers'] } : {}),
      fc.boolean(),
    )
    .map(([fields, id, more, emptyTopic]) => ({
      type: 'publish',
      ...fields,
      topic: emptyTopic && more.properties?.topicAlias ? '' : fields.topic,
      dup: fields.dup && fields.qos > 0,
      ...(fields.qos > 0 && { packetId: id }),
      ...more,
    }))

const acknowledgement =
  (type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'): Make =>
  (version) =>
    fc
      .tuple(packetId, reasonCode(type, version), properties(type, version))
      .map(([id, code, more]) => ({ type, packetId: id, reasonCode: code, ...more }))

const request = (version: ProtocolVersion): fc.Arbitrary<SubscriptionRequest> =>
  fc.record(
    {
      filter: text(),
      qos,
      noLocal: version === 4 ? fc.constant(false) : fc.boolean(),
      retainAsPublished: version === 4 ? fc.constant(false) : fc.boolean(),
      retainHandling: version === 4 ? fc.constant(0) : fc.constantFrom<0 | 1 | 2>(0, 1, 2),
    },
    { noNullPrototype: true },
  )

const subscribe: Make = (version) =>
  fc
    .tuple(packetId, fc.array(request(version), { minLength: 1, maxLength: 5 }), properties('subscribe', version))
    .map(([id, subscriptions, more]) => ({ type: 'subscribe', packetId: id, subscriptions, ...more }))

const suback: Make = (version) =>
  fc
    .tuple(
      packetId,
      fc.array(version === 4 ? fc.constantFrom(0, 1, 2, 0x80) : reasonCode('suback', 5), {
        minLength: 1,
        maxLength: 5,
      }),
      properties('suback', version),
    )
    .map(([id, reasonCodes, more]) => ({ type: 'suback', packetId: id, reasonCodes, ...more }))

const unsubscribe: Make = (version) =>
  fc
    .tuple(packetId, fc.array(text(), { minLength: 1, maxLength: 5 }), properties('unsubscribe', version))
    .map(([id, filters, more]) => ({ type: 'unsubscribe', packetId: id, filters, ...more }))

const unsuback: Make = (version) =>
  fc
    .tuple(
      packetId,
      version === 4 ? fc.constant([]) : fc.array(reasonCode('unsuback', 5), { minLength: 1, maxLength: 5 }),
      properties('unsuback', version),
    )
    .map(([id, reasonCodes, more]) => ({ type: 'unsuback', packetId: id, reasonCodes, ...more }))

const disconnect: Make = (version, receiver) =>
  fc
    .tuple(
      reasonCode(receiver === 'server' ? 'disconnect from client' : 'disconnect from server', version),
      properties('disconnect', version, receiver === 'client' ? { without: ['sessionExpiryInterval'] } : {}),
    )
    .map(([code, more]) => ({ type: 'disconnect', reasonCode: code, ...more }))

const auth: Make = (version, receiver) =>
  fc
    .tuple(
      reasonCode(receiver === 'server' ? 'auth from client' : 'auth from server', version),
      properties('auth', version, { with: ['authenticationMethod'] }),
    )
    .map(([code, more]) => ({ type: 'auth', reasonCode: code, ...more }))

export interface PacketKind {
  type: Packet['type']
  version: ProtocolVersion
  receiver: Receiver
  packets: fc.Arbitrary<Packet>
}

const kind = (
  type: Packet['type'],
  make: Make,
  receivers: readonly Receiver[],
  versions: readonly ProtocolVersion[] = [4, 5],
) =>
  versions.flatMap((version) =>
    receivers.map((receiver): PacketKind => ({ type, version, receiver, packets: make(version, receiver) })),
  )

const both = ['server', 'client'] as const

/** Every packet type in each version, towards each end that may receive it. */
export const packetKinds: readonly PacketKind[] = [
  ...kind('connect', connect, ['server']),
  ...kind('connack', connack, ['client']),
  ...kind('publish', publish, both),
  ...kind('puback', acknowledgement('puback'), both),
  ...kind('pubrec', acknowledgement('pubrec'), both),
  ...kind('pubrel', acknowledgement('pubrel'), both),
  ...kind('pubcomp', acknowledgement('pubcomp'), both),
  ...kind('subscribe', subscribe, ['server']),
  ...kind('suback', suback, ['client']),
  ...kind('unsubscribe', unsubscribe, ['server']),
  ...kind('unsuback', unsuback, ['client']),
  ...kind('pingreq', () => fc.constant({ type: 'pingreq' }), ['server']),
  ...kind('pingresp', () => fc.constant({ type: 'pingresp' }), ['client']),
  ...kind('disconnect', disconnect, ['server']),
  ...kind('disconnect', disconnect, ['client'], [5]),
  ...kind('auth', auth, both, [5]),
]
