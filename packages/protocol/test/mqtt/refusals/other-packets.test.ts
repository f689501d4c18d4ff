import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe } from 'vitest'
import { clientDecoder, hex, serverDecoder } from '../support/decoding.js'
import { accepts, refuses } from '../support/refused.js'
import { packet, properties } from '../support/wire.js'

const { MalformedPacket, ProtocolError } = ReasonCode

describe('CONNACK', () => {
  refuses(
    () => clientDecoder(5),
    [
      ['a reserved flag', 'MQTT-3.2.2-1', packet(0x20, 2, 0, 0), MalformedPacket],
      ['a session with a refusal', 'MQTT-3.2.2-6', packet(0x20, 1, 0x87, 0), ProtocolError],
      ['the reason code of a PUBACK', 'MQTT-3.2.2-8', packet(0x20, 0, 0x10, 0), ProtocolError],
      ['no properties', '3.2.2.3', packet(0x20, 0, 0), MalformedPacket],
      ['a byte after the end', '2.1.4', packet(0x20, 0, 0, 0, 0), MalformedPacket],
      ['Receive Maximum 0', '3.2.2.3.3', packet(0x20, 0, 0, properties(0x21, 0, 0)), ProtocolError],
      ['Maximum QoS 2', '3.2.2.3.4', packet(0x20, 0, 0, properties(0x24, 2)), ProtocolError],
      ['Maximum Packet Size 0', '3.2.2.3.6', packet(0x20, 0, 0, properties(0x27, 0, 0, 0, 0)), ProtocolError],
    ],
  )
  refuses(
    () => clientDecoder(4),
    [
      ['return code 6, in 3.1.1', '3.1.1: table 3.1', packet(0x20, 0, 6), ProtocolError],
      ['a session with a refusal, in 3.1.1', '3.1.1: MQTT-3.2.2-4', packet(0x20, 1, 5), ProtocolError],
      ['properties, in 3.1.1', '3.1.1: 3.2.1', packet(0x20, 0, 0, 0), MalformedPacket],
    ],
  )
})

for (const [name, firstByte, wrongCode] of [
  ['PUBACK', 0x40, 0x92],
  ['PUBREC', 0x50, 0x92],
  ['PUBREL', 0x62, 0x10],
  ['PUBCOMP', 0x70, 0x10],
] as const) {
  describe(name, () => {
    refuses(
      () => serverDecoder(5),
      [
        ['packet identifier 0', 'MQTT-2.2.1-3', packet(firstByte, 0, 0), ProtocolError],
        ['half a packet identifier', '2.2.1', packet(firstByte, 1), MalformedPacket],
        ['nothing', '2.2.1', packet(firstByte), MalformedPacket],
        ['a reason code that it may not carry', '2.4', packet(firstByte, 0, 1, wrongCode), ProtocolError],
        ['a reason code that nobody knows', '2.4', packet(firstByte, 0, 1, 0xfe), ProtocolError],
        ['a byte after its properties', '2.1.4', packet(firstByte, 0, 1, 0, 0, 0), MalformedPacket],
      ],
    )
    refuses(
      () => serverDecoder(4),
      [['a reason code, in 3.1.1', '3.1.1: 2.2.3', packet(firstByte, 0, 1, 0), MalformedPacket]],
    )
    accepts(
      () => serverDecoder(5),
      [
        ['a packet identifier alone', packet(firstByte, 0, 1)],
        ['a reason code without properties', packet(firstByte, 0, 1, 0)],
        ['a reason code with empty properties', packet(firstByte, 0, 1, 0, 0)],
      ],
    )
  })
}

describe('Pings', () => {
  refuses(() => serverDecoder(5), [['PINGREQ with a body', '3.12.1', hex('c00100'), MalformedPacket]])
  refuses(() => clientDecoder(5), [['PINGRESP with a body', '3.13.1', hex('d00100'), MalformedPacket]])
})

describe('DISCONNECT', () => {
  const expiry = properties(0x11, 0, 0, 0, 1)
  refuses(
    () => serverDecoder(5),
    [
      ['a reason code that only a server gives', '3.14.2.1', packet(0xe0, 0x8b), ProtocolError],
      ['a reason code of another packet', 'MQTT-3.14.2-1', packet(0xe0, 0x10), ProtocolError],
      ['a byte after its properties', '2.1.4', packet(0xe0, 0, 0, 0), MalformedPacket],
    ],
  )
  refuses(
    () => clientDecoder(5),
    [
      ['a reason code that only a client gives', '3.14.2.1', packet(0xe0, 0x04), ProtocolError],
      ['a session expiry interval from a server', 'MQTT-3.14.2-2', packet(0xe0, 0, expiry), ProtocolError],
    ],
  )
  refuses(() => serverDecoder(4), [['a body, in 3.1.1', '3.1.1: 3.14.1', packet(0xe0, 0), MalformedPacket]])
  accepts(
    () => serverDecoder(5),
    [
      ['nothing', packet(0xe0)],
      ['a reason code without properties', packet(0xe0, 4)],
      ['a session expiry interval from a client', packet(0xe0, 0, expiry)],
    ],
  )
})

describe('AUTH', () => {
  const method = properties(0x15, 'm')
  refuses(
    () => serverDecoder(5),
    [
      ['no method', '3.15.2.2.2', packet(0xf0, 0x18, 0), ProtocolError],
      ['data without a method', '3.15.2.2.2', packet(0xf0, 0x18, properties(0x16, 'd')), ProtocolError],
      ['a reason code without properties', '3.15.2', packet(0xf0, 0x18), MalformedPacket],
      ['success, from a client', '3.15.2.1', packet(0xf0, 0x00, method), ProtocolError],
      ['a reason code of another packet', 'MQTT-3.15.2-1', packet(0xf0, 0x10, method), ProtocolError],
    ],
  )
  refuses(
    () => clientDecoder(5),
    [['re-authentication, from a server', '3.15.2.1', packet(0xf0, 0x19, method), ProtocolError]],
  )
  accepts(
    () => clientDecoder(5),
    [
      ['nothing, which is success,', packet(0xf0)],
      ['success with a method', packet(0xf0, 0x00, method)],
    ],
  )
})
