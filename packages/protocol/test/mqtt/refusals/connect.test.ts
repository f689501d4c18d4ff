import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { decodeAll, newServerDecoder, refusal } from '../support/decoding.js'
import { accepts, refuses } from '../support/refused.js'
import { bytes, connect4, connect5, packet, properties } from '../support/wire.js'

const { MalformedPacket, ProtocolError, UnsupportedProtocolVersion, ClientIdentifierNotValid } = ReasonCode

const none = properties()
const data = (...values: readonly number[]) => bytes(0, values.length, ...values)

describe('The protocol of CONNECT', () => {
  refuses(newServerDecoder, [
    ['MQTT 3.1', '3.1.2.2', packet(0x10, 'MQIsdp', 3, 2, 0, 60, 'c'), UnsupportedProtocolVersion],
    ['MQTT of level 3', '3.1.2.2', packet(0x10, 'MQTT', 3, 2, 0, 60, 'c'), UnsupportedProtocolVersion],
    ['MQTT of level 6', '3.1.2.2', packet(0x10, 'MQTT', 6, 2, 0, 60, 0, 'c'), UnsupportedProtocolVersion],
    ['a bridge of level 0x84', '3.1.2.2', packet(0x10, 'MQTT', 0x84, 2, 0, 60, 'c'), UnsupportedProtocolVersion],
    ['another protocol', 'MQTT-3.1.2-1', packet(0x10, 'mqtt', 5, 2, 0, 60, 0, 'c'), MalformedPacket],
    ['a protocol name that is no UTF-8', 'MQTT-1.5.4-1', packet(0x10, data(0xff), 5, 2, 0, 60), MalformedPacket],
  ])
})

describe('The flags of CONNECT', () => {
  refuses(newServerDecoder, [
    ['the reserved flag', 'MQTT-3.1.2-3', connect5(0x03), MalformedPacket],
    ['the reserved flag, in 3.1.1', '3.1.1: MQTT-3.1.2-3', connect4(0x03), MalformedPacket],
    ['will QoS 3', 'MQTT-3.1.2-12', connect5(0x1e, none, 'c', none, 'w', 'm'), MalformedPacket],
    ['will QoS 1 without a will', 'MQTT-3.1.2-11', connect5(0x0a), MalformedPacket],
    ['will retain without a will', 'MQTT-3.1.2-13', connect5(0x22), MalformedPacket],
    ['will QoS 2 without a will, in 3.1.1', '3.1.1: MQTT-3.1.2-13', connect4(0x12), MalformedPacket],
    ['a password without a user name, in 3.1.1', '3.1.1: MQTT-3.1.2-22', connect4(0x42, 'c', 'p'), MalformedPacket],
    ['no session and no name, in 3.1.1', '3.1.1: MQTT-3.1.3-8', connect4(0x00, ''), ClientIdentifierNotValid],
  ])
  accepts(newServerDecoder, [
    ['a password without a user name, in 5 (3.1.2.9),', connect5(0x42, none, 'c', 'p')],
    ['an empty client identifier', connect5(0x00, none, '')],
    ['an empty client identifier with a clean session, in 3.1.1,', connect4(0x02, '')],
    ['a will with an empty message', connect5(0x06, none, 'c', none, 'w', '')],
  ])
})

describe('The length of CONNECT', () => {
  const complete = connect5(0xee, properties(0x21, 0, 9), 'c', properties(0x01, 1), 'w', 'm', 'u', 'p')

  it('is exact: a CONNECT that ends too early is malformed, wherever it ends', () => {
    expect(decodeAll(newServerDecoder(), complete)).toHaveLength(1)
    for (let length = 0; length < complete.length - 2; length++) {
      const short = bytes(0x10, length, complete.subarray(2, 2 + length))
      expect(refusal(() => decodeAll(newServerDecoder(), short)).reasonCode).toBe(MalformedPacket)
    }
  })

  refuses(newServerDecoder, [
    ['a user name without its flag', 'MQTT-3.1.2-16', connect5(0x02, none, 'c', 'u'), MalformedPacket],
    ['no user name with its flag', 'MQTT-3.1.2-17', connect5(0x82), MalformedPacket],
    ['a password without its flag', 'MQTT-3.1.2-18', connect5(0x82, none, 'c', 'u', 'p'), MalformedPacket],
    ['no password with its flag', 'MQTT-3.1.2-19', connect5(0xc2, none, 'c', 'u'), MalformedPacket],
    ['no will with its flag', 'MQTT-3.1.2-9', connect5(0x06), MalformedPacket],
    ['one byte too many, in 3.1.1', '3.1.1: 2.2.3', connect4(0x02, 'c', 0), MalformedPacket],
  ])
})

describe('The properties of CONNECT', () => {
  refuses(newServerDecoder, [
    ['Receive Maximum 0', '3.1.2.11.3', connect5(2, properties(0x21, 0, 0)), ProtocolError],
    ['Maximum Packet Size 0', '3.1.2.11.4', connect5(2, properties(0x27, 0, 0, 0, 0)), ProtocolError],
    ['Request Response Information 2', '3.1.2.11.6', connect5(2, properties(0x19, 2)), ProtocolError],
    ['Request Problem Information 2', '3.1.2.11.7', connect5(2, properties(0x17, 2)), ProtocolError],
    ['Authentication Data without a method', '3.1.2.11.10', connect5(2, properties(0x16, 'd')), ProtocolError],
    ['a will property beside the will', '2.2.2.2', connect5(2, properties(0x18, 0, 0, 0, 1)), MalformedPacket],
  ])
  accepts(newServerDecoder, [
    ['Authentication Data with a method', connect5(2, properties(0x15, 'm', 0x16, 'd'))],
    ['Session Expiry Interval 0', connect5(2, properties(0x11, 0, 0, 0, 0))],
  ])
})

describe('The will of CONNECT', () => {
  const will = (block: Uint8Array, topic: string | Uint8Array) => connect5(0x06, none, 'c', block, topic, 'm')
  refuses(newServerDecoder, [
    ['a wildcard in its topic', 'MQTT-4.7.0-1', will(none, 'w/#'), MalformedPacket],
    ['an empty topic', 'MQTT-4.7.3-1', will(none, ''), MalformedPacket],
    ['a topic that is no UTF-8', 'MQTT-3.1.3-11', will(none, data(0xc3, 0x28)), MalformedPacket],
    ['a property of CONNECT', '2.2.2.2', will(properties(0x11, 0, 0, 0, 1), 'w'), MalformedPacket],
    ['a topic alias', '2.2.2.2', will(properties(0x23, 0, 1), 'w'), MalformedPacket],
    ['Payload Format Indicator 2', '3.1.3.2.3', will(properties(0x01, 2), 'w'), ProtocolError],
    ['a wildcard in its response topic', 'MQTT-3.3.2-14', will(properties(0x08, 'r/+'), 'w'), ProtocolError],
  ])
})

describe('The version, where CONNECT is refused', () => {
  it('is known once CONNECT has said it, so that the answer can be written', () => {
    const decoder = newServerDecoder()
    refusal(() => decodeAll(decoder, connect4(0x03)))
    expect(decoder.version).toBe(4)
  })

  it('stays unknown where it is not spoken here', () => {
    const decoder = newServerDecoder()
    refusal(() => decodeAll(decoder, packet(0x10, 'MQIsdp', 3, 2, 0, 60, 'c')))
    expect(decoder.version).toBeUndefined()
  })

  it('is that of MQTT 5 for a later one, whose clients may be expected to read its answers', () => {
    const decoder = newServerDecoder()
    refusal(() => decodeAll(decoder, packet(0x10, 'MQTT', 6, 2, 0, 60, 0, 'c')))
    expect(decoder.version).toBe(5)
  })
})
