import { encode, type Packet, type Properties, type ProtocolVersion, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { clientDecoder, decodeAll, hex, refusal, serverDecoder } from './support/decoding.js'

const { MalformedPacket, ProtocolError, PacketTooLarge, TopicAliasInvalid } = ReasonCode
const { ClientIdentifierNotValid, UnsupportedProtocolVersion } = ReasonCode

const nothing = new Uint8Array(0)
const publish = { type: 'publish', topic: 't', payload: nothing, qos: 0, retain: false, dup: false } as const
const connect = { type: 'connect', version: 5, clientId: 'c', cleanStart: true, keepAlive: 0 } as const
const connect4 = { ...connect, version: 4 } as const
const will = { topic: 'w', payload: nothing, qos: 0, retain: false } as const
const request = { filter: 't', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
const subscribe = { type: 'subscribe', packetId: 1, subscriptions: [request] } as const
const puback = { type: 'puback', packetId: 1, reasonCode: 0 } as const

const withProperties = (properties: Properties): Packet => ({ ...publish, properties })
const subscribing = (change: object): Packet => ({ ...subscribe, subscriptions: [{ ...request, ...change }] })

describe('Writing', () => {
  it('gives the bytes of the specification', () => {
    expect(encode({ ...publish, topic: 'a/b', payload: Uint8Array.of(1), qos: 1, packetId: 10 }, 5)).toEqual(
      hex('3209 0003 612f62 000a 00 01'),
    )
    expect(encode({ ...publish, properties: { topicAlias: 2 } }, 5)).toEqual(hex('3007 0001 74 03 23 0002'))
    expect(encode(connect, 5)).toEqual(hex('100e 0004 4d515454 05 02 0000 00 0001 63'))
    expect(encode({ type: 'pingresp' }, 5)).toEqual(hex('d000'))
  })

  it.each([
    [127, '307f'],
    [128, '308001'],
    [16_383, '30ff7f'],
    [16_384, '30808001'],
    [2_097_151, '30ffff7f'],
    [2_097_152, '3080808001'],
  ])('says a length of %i in the fewest bytes', (length, header) => {
    const written = encode({ ...publish, payload: new Uint8Array(length - 4) }, 5)
    expect(written.subarray(0, written.length - length)).toEqual(hex(header))
  })

  it('needs no more memory for a PUBLISH than the packet has', () => {
    const written = encode({ ...publish, properties: { contentType: 'text/plain' } }, 5)
    expect(written.buffer.byteLength).toBe(written.length)
  })

  it('leaves out the reason code and the properties where both say nothing (3.4.2.1)', () => {
    expect(encode(puback, 5)).toEqual(hex('4002 0001'))
    expect(encode({ ...puback, properties: {} }, 5)).toEqual(hex('4002 0001'))
    expect(encode({ ...puback, reasonCode: 0x10 }, 5)).toEqual(hex('4003 0001 10'))
    expect(encode({ type: 'disconnect', reasonCode: 0 }, 5)).toEqual(hex('e000'))
  })

  it('leaves out what 3.1.1 does not know', () => {
    const properties = { reasonString: 'no' }
    expect(encode({ ...puback, reasonCode: 0x87, properties }, 4)).toEqual(hex('4002 0001'))
    expect(encode({ type: 'disconnect', reasonCode: 0x8b, properties }, 4)).toEqual(hex('e000'))
    expect(encode({ type: 'unsuback', packetId: 1, reasonCodes: [0], properties }, 4)).toEqual(hex('b002 0001'))
    expect(encode(subscribing({ noLocal: true, retainHandling: 2 }), 4)).toEqual(hex('8206 0001 0001 74 00'))
    expect(encode(withProperties({ topicAlias: 1 }), 4)).toEqual(hex('3003 0001 74'))
  })

  it('says every failure of a SUBACK as 0x80 in 3.1.1', () => {
    const written = encode({ type: 'suback', packetId: 1, reasonCodes: [1, 0x87, 0x80] }, 4)
    expect(decodeAll(clientDecoder(4), written)).toEqual([
      { type: 'suback', packetId: 1, reasonCodes: [1, 0x80, 0x80] },
    ])
  })

  it('skips properties that are undefined', () => {
    const properties = { contentType: undefined, messageExpiryInterval: 5 } as unknown as Properties
    const [read] = decodeAll(serverDecoder(5), encode(withProperties(properties), 5))
    expect(read).toEqual(withProperties({ messageExpiryInterval: 5 }))
  })
})

type Refusal = readonly [what: string, packet: Packet, reasonCode: ReasonCode, version?: ProtocolVersion]

const refusals: readonly Refusal[] = [
  ['a topic with a wildcard', { ...publish, topic: 'a/#' }, MalformedPacket],
  ['no topic and no alias', { ...publish, topic: '' }, ProtocolError],
  ['an alias instead of a topic, in 3.1.1', { ...publish, topic: '', properties: { topicAlias: 1 } }, ProtocolError, 4],
  ['a topic of 65,536 bytes', { ...publish, topic: 'a'.repeat(65_536) }, MalformedPacket],
  ['a lone surrogate', { ...publish, topic: '\ud800' }, MalformedPacket],
  ['U+0000', { ...publish, topic: 'a\0' }, MalformedPacket],
  ['QoS 3', { ...publish, qos: 3 as 2, packetId: 1 }, MalformedPacket],
  ['DUP on QoS 0', { ...publish, dup: true }, ProtocolError],
  ['QoS 1 without a packet identifier', { ...publish, qos: 1 }, ProtocolError],
  ['packet identifier 0', { ...publish, qos: 1, packetId: 0 }, ProtocolError],
  ['packet identifier 65,536', { ...publish, qos: 1, packetId: 65_536 }, ProtocolError],
  ['a fractional packet identifier', { ...puback, packetId: 1.5 }, ProtocolError],
  ['a property of another packet', withProperties({ serverKeepAlive: 1 }), MalformedPacket],
  ['a property that MQTT has not', withProperties({ colour: 1 } as Properties), MalformedPacket],
  ['a number that is too large', withProperties({ messageExpiryInterval: 2 ** 32 }), MalformedPacket],
  ['a number below 0', withProperties({ messageExpiryInterval: -1 }), MalformedPacket],
  ['a fraction', withProperties({ messageExpiryInterval: 0.5 }), MalformedPacket],
  ['Topic Alias 0', withProperties({ topicAlias: 0 }), TopicAliasInvalid],
  ['Subscription Identifier 0', withProperties({ subscriptionIdentifiers: [0] }), ProtocolError],
  ['a Subscription Identifier of 2^28', withProperties({ subscriptionIdentifiers: [2 ** 28] }), MalformedPacket],
  ['a wildcard in the Response Topic', withProperties({ responseTopic: '+' }), ProtocolError],
  ['Payload Format Indicator 2', withProperties({ payloadFormatIndicator: 2 as 1 }), MalformedPacket],
  ['Correlation Data of 64 KiB', withProperties({ correlationData: new Uint8Array(65_536) }), MalformedPacket],
  ['a value of 64 KiB', withProperties({ userProperties: [['k', 'v'.repeat(65_536)]] }), MalformedPacket],
  ['a packet that is too long for MQTT', { ...publish, payload: new Uint8Array(268_435_455) }, PacketTooLarge],
  ['a CONNECT of another version', connect, UnsupportedProtocolVersion, 4],
  ['U+0000 in a client identifier', { ...connect, clientId: 'a\0' }, MalformedPacket],
  ['U+0000 in a filter', subscribing({ filter: 'a\0' }), MalformedPacket],
  ['a keep alive of a day', { ...connect, keepAlive: 86_400 }, MalformedPacket],
  ['a will to a wildcard', { ...connect, will: { ...will, topic: '#' } }, MalformedPacket],
  ['a will with QoS 3', { ...connect, will: { ...will, qos: 3 as 2 } }, MalformedPacket],
  ['a will of 64 KiB', { ...connect, will: { ...will, payload: new Uint8Array(65_536) } }, MalformedPacket],
  ['a password without a user name, in 3.1.1', { ...connect4, password: nothing }, MalformedPacket, 4],
  [
    'a kept session without a name, in 3.1.1',
    { ...connect4, clientId: '', cleanStart: false },
    ClientIdentifierNotValid,
    4,
  ],
  ['data without a method', { ...connect, properties: { authenticationData: nothing } }, ProtocolError],
  ['a session with a refusal', { type: 'connack', sessionPresent: true, reasonCode: 0x87 }, ProtocolError],
  ['return code 0x87, in 3.1.1', { type: 'connack', sessionPresent: false, reasonCode: 0x87 }, ProtocolError, 4],
  ['a reason code of another packet', { ...puback, reasonCode: 0x89 }, ProtocolError],
  ['no subscriptions', { ...subscribe, subscriptions: [] }, ProtocolError],
  ['No Local on a shared subscription', subscribing({ filter: '$share/g/t', noLocal: true }), ProtocolError],
  ['Retain Handling 3', subscribing({ retainHandling: 3 }), ProtocolError],
  ['a subscription with QoS 3', subscribing({ qos: 3 }), MalformedPacket],
  ['two identifiers', { ...subscribe, properties: { subscriptionIdentifiers: [1, 2] } }, ProtocolError],
  ['no filters', { type: 'unsubscribe', packetId: 1, filters: [] }, ProtocolError],
  ['a SUBACK without reason codes', { type: 'suback', packetId: 1, reasonCodes: [] }, ProtocolError],
  ['an UNSUBACK without reason codes', { type: 'unsuback', packetId: 1, reasonCodes: [] }, ProtocolError],
  ['a DISCONNECT that nobody may send', { type: 'disconnect', reasonCode: 0x10 }, ProtocolError],
  ['an AUTH without a method', { type: 'auth', reasonCode: 0x18 }, ProtocolError],
  ['an AUTH in 3.1.1', { type: 'auth', reasonCode: 0 }, ProtocolError, 4],
]

describe('Writing refuses', () => {
  for (const [what, packet, reasonCode, version = 5] of refusals) {
    it(what, () => expect(refusal(() => encode(packet, version)).reasonCode).toBe(reasonCode))
  }
})
