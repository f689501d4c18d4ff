import { Decoder, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { clientDecoder, decodeAll, hex, newServerDecoder, refusal, serverDecoder } from '../support/decoding.js'
import { accepts, refuses } from '../support/refused.js'
import { bytes, connect4, connect5, packet, publish5 } from '../support/wire.js'

const { MalformedPacket, ProtocolError, PacketTooLarge } = ReasonCode

describe('Header flags', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['CONNECT with flags', 'MQTT-2.1.3-1', hex('1100'), MalformedPacket],
      ['PUBACK with flags', 'MQTT-2.1.3-1', hex('4102 0001'), MalformedPacket],
      ['PUBREC with flags', 'MQTT-2.1.3-1', hex('5402 0001'), MalformedPacket],
      ['PUBREL with flags 0000', 'MQTT-3.6.1-1', hex('6002 0001'), MalformedPacket],
      ['PUBREL with flags 0011', 'MQTT-3.6.1-1', hex('6302 0001'), MalformedPacket],
      ['PUBCOMP with flags', 'MQTT-2.1.3-1', hex('7802 0001'), MalformedPacket],
      ['SUBSCRIBE with flags 0000', 'MQTT-3.8.1-1', packet(0x80, 0, 1, 0, 't', 0), MalformedPacket],
      ['UNSUBSCRIBE with flags 0000', 'MQTT-3.10.1-1', packet(0xa0, 0, 1, 0, 't'), MalformedPacket],
      ['PINGREQ with flags', 'MQTT-2.1.3-1', hex('c100'), MalformedPacket],
      ['DISCONNECT with flags', 'MQTT-3.14.1-1', hex('e100'), MalformedPacket],
      ['AUTH with flags', 'MQTT-3.15.1-1', hex('f100'), MalformedPacket],
      ['packet type 0', '2.1.2', hex('0000'), MalformedPacket],
    ],
  )
  refuses(
    () => clientDecoder(5),
    [
      ['CONNACK with flags', 'MQTT-2.1.3-1', hex('2103 000000'), MalformedPacket],
      ['SUBACK with flags', 'MQTT-2.1.3-1', hex('9204 00010000'), MalformedPacket],
      ['UNSUBACK with flags', 'MQTT-2.1.3-1', hex('b204 00010000'), MalformedPacket],
      ['PINGRESP with flags', 'MQTT-2.1.3-1', hex('d100'), MalformedPacket],
    ],
  )
})

describe('Remaining Length', () => {
  const long = hex('c080')
  refuses(
    () => serverDecoder(5),
    [
      ['a length of five bytes', '1.5.5', hex('30ffffffff01'), MalformedPacket],
      ['a length of five bytes that says 0', '1.5.5', hex('308080808000'), MalformedPacket],
      ['0 in two bytes', 'MQTT-1.5.5-1', bytes(long, 0), MalformedPacket],
      ['4 in three bytes', 'MQTT-1.5.5-1', hex('30848000 00017400'), MalformedPacket],
    ],
  )
  refuses(newServerDecoder, [
    [
      'the length of a CONNECT in two bytes',
      'MQTT-1.5.5-1',
      bytes(0x10, 0x8e, 0, connect5(2).subarray(2)),
      MalformedPacket,
    ],
  ])
  accepts(
    () => serverDecoder(4),
    [['a length that is not in its shortest form, in 3.1.1, which does not ask for it,', bytes(long, 0)]],
  )
  accepts(newServerDecoder, [['such a CONNECT of 3.1.1', bytes(0x10, 0x8d, 0, connect4(2).subarray(2))]])

  it('is refused at its fifth byte, whatever follows', () => {
    const decoder = serverDecoder(5)
    expect(decodeAll(decoder, hex('30808080'))).toEqual([])
    expect(refusal(() => decodeAll(decoder, hex('80'))).reasonCode).toBe(MalformedPacket)
  })
})

describe('The maximum packet size', () => {
  const small = () => new Decoder({ role: 'server', maximumPacketSize: 9, version: 5 })

  it('refuses a longer packet as soon as its length is known, before its body comes', () => {
    expect(refusal(() => decodeAll(small(), hex('3008'))).reasonCode).toBe(PacketTooLarge)
  })

  it('counts the header too', () => {
    expect(decodeAll(small(), packet(0x30, 't', 0, 1, 2, 3))).toHaveLength(1)
    expect(refusal(() => decodeAll(small(), packet(0x30, 't', 0, 1, 2, 3, 4))).reasonCode).toBe(PacketTooLarge)
  })

  it('refuses a length of 256 MiB when only its header has come, byte by byte', () => {
    const decoder = small()
    for (const byte of hex('30ffffff')) decodeAll(decoder, Uint8Array.of(byte))
    expect(refusal(() => decodeAll(decoder, hex('7f'))).reasonCode).toBe(PacketTooLarge)
  })

  it('may be changed between packets', () => {
    const decoder = small()
    decoder.maximumPacketSize = 20
    expect(decodeAll(decoder, packet(0x30, 't', 0, 1, 2, 3, 4))).toHaveLength(1)
  })
})

describe('The order of packets', () => {
  refuses(newServerDecoder, [
    ['a PUBLISH before CONNECT', 'MQTT-3.1.0-1', publish5(), ProtocolError],
    ['a PINGREQ before CONNECT', 'MQTT-3.1.0-1', hex('c000'), ProtocolError],
    ['an AUTH before CONNECT', 'MQTT-3.1.0-1', hex('f000'), ProtocolError],
    ['a second CONNECT', 'MQTT-3.1.0-2', bytes(connect5(2), connect5(2)), ProtocolError],
    ['a second CONNECT, of another version', 'MQTT-3.1.0-2', bytes(connect5(2), connect4(2)), ProtocolError],
  ])
})

describe('Packets that only the other end receives', () => {
  const fromServer: readonly (readonly [string, Uint8Array])[] = [
    ['CONNACK', hex('2003 000000')],
    ['SUBACK', hex('9004 00010000')],
    ['UNSUBACK', hex('b004 00010000')],
    ['PINGRESP', hex('d000')],
  ]
  refuses(
    () => serverDecoder(5),
    fromServer.map(([type, sent]) => [`${type} to a server`, '2.1.2', sent, ProtocolError]),
  )
  refuses(
    () => clientDecoder(5),
    [
      ['CONNECT to a client', '2.1.2', connect5(2), ProtocolError],
      ['SUBSCRIBE to a client', '2.1.2', packet(0x82, 0, 1, 0, 't', 0), ProtocolError],
      ['UNSUBSCRIBE to a client', '2.1.2', packet(0xa2, 0, 1, 0, 't'), ProtocolError],
      ['PINGREQ to a client', '2.1.2', hex('c000'), ProtocolError],
    ],
  )
  refuses(
    () => clientDecoder(4),
    [
      ['DISCONNECT to a client of 3.1.1', '3.1.1: 2.2.1', hex('e000'), ProtocolError],
      ['AUTH in 3.1.1', '3.1.1: 2.2.1', hex('f000'), ProtocolError],
    ],
  )
  refuses(() => serverDecoder(4), [['AUTH to a server of 3.1.1', '3.1.1: 2.2.1', hex('f000'), ProtocolError]])
})
