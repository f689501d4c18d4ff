import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe } from 'vitest'
import { clientDecoder, hex, serverDecoder } from '../support/decoding.js'
import { accepts, refuses } from '../support/refused.js'
import { bytes, packet, subscribe5 } from '../support/wire.js'

const { MalformedPacket, ProtocolError } = ReasonCode

describe('SUBSCRIBE', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['packet identifier 0', 'MQTT-2.2.1-3', packet(0x82, 0, 0, 0, 't', 0), ProtocolError],
      ['no filter', 'MQTT-3.8.3-2', packet(0x82, 0, 1, 0), ProtocolError],
      ['a filter without options', '3.8.3.1', subscribe5('t'), MalformedPacket],
      ['a second filter without options', '3.8.3.1', subscribe5('t', 0, 'u'), MalformedPacket],
      ['a filter that is no UTF-8', 'MQTT-3.8.3-1', subscribe5(bytes(0, 1, 0xff), 0), MalformedPacket],
      ['maximum QoS 3', '3.8.3.1', subscribe5('t', 3), ProtocolError],
      ['Retain Handling 3', '3.8.3.1', subscribe5('t', 0x30), ProtocolError],
      ['reserved option 6', 'MQTT-3.8.3-5', subscribe5('t', 0x40), MalformedPacket],
      ['reserved option 7', 'MQTT-3.8.3-5', subscribe5('t', 0x80), MalformedPacket],
      ['No Local on a shared subscription', 'MQTT-3.8.3-4', subscribe5('$share/g/t', 4), ProtocolError],
      ['Subscription Identifier 0', '3.8.2.1.2', packet(0x82, 0, 1, 2, 0x0b, 0, 't', 0), ProtocolError],
    ],
  )
  refuses(
    () => serverDecoder(4),
    [
      ['no filter, in 3.1.1', '3.1.1: MQTT-3.8.3-3', packet(0x82, 0, 1), ProtocolError],
      ['QoS 3, in 3.1.1', '3.1.1: MQTT-3.8.3-4', packet(0x82, 0, 1, 't', 3), MalformedPacket],
      ['a reserved bit beside the QoS, in 3.1.1', '3.1.1: MQTT-3.8.3-4', packet(0x82, 0, 1, 't', 4), MalformedPacket],
    ],
  )
  accepts(
    () => serverDecoder(5),
    [
      ['every option at once', subscribe5('t', 0x2e)],
      ['No Local on a filter that is not shared', subscribe5('share/g/t', 4)],
      ['a filter that only the SUBACK refuses', subscribe5('a/#/b', 0)],
    ],
  )
  accepts(
    () => serverDecoder(4),
    [['No Local has no meaning in 3.1.1, so $share/g/t', packet(0x82, 0, 1, '$share/g/t', 2)]],
  )
})

describe('UNSUBSCRIBE', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['packet identifier 0', 'MQTT-2.2.1-3', packet(0xa2, 0, 0, 0, 't'), ProtocolError],
      ['no filter', 'MQTT-3.10.3-2', packet(0xa2, 0, 1, 0), ProtocolError],
      ['a filter that is no UTF-8', 'MQTT-3.10.3-1', packet(0xa2, 0, 1, 0, bytes(0, 1, 0xff)), MalformedPacket],
      ['a filter that is cut off', '3.10.3', hex('a206 0001 00 0009 74'), MalformedPacket],
    ],
  )
  refuses(() => serverDecoder(4), [['no filter, in 3.1.1', '3.1.1: MQTT-3.10.3-2', packet(0xa2, 0, 1), ProtocolError]])
})

describe('SUBACK', () => {
  refuses(
    () => clientDecoder(5),
    [
      ['packet identifier 0', 'MQTT-2.2.1-3', packet(0x90, 0, 0, 0, 0), ProtocolError],
      ['no reason code', '3.9.3', packet(0x90, 0, 1, 0), ProtocolError],
      ['QoS 3', '3.9.3', packet(0x90, 0, 1, 0, 3), ProtocolError],
      ['the reason code of an UNSUBACK', '3.9.3', packet(0x90, 0, 1, 0, 0x11), ProtocolError],
    ],
  )
  refuses(
    () => clientDecoder(4),
    [
      ['return code 3, in 3.1.1', '3.1.1: MQTT-3.9.3-2', packet(0x90, 0, 1, 3), ProtocolError],
      ['return code 0x87, in 3.1.1', '3.1.1: MQTT-3.9.3-2', packet(0x90, 0, 1, 0x87), ProtocolError],
    ],
  )
})

describe('UNSUBACK', () => {
  refuses(
    () => clientDecoder(5),
    [
      ['packet identifier 0', 'MQTT-2.2.1-3', packet(0xb0, 0, 0, 0, 0), ProtocolError],
      ['no reason code', '3.11.3', packet(0xb0, 0, 1, 0), ProtocolError],
      ['the reason code of a SUBACK', '3.11.3', packet(0xb0, 0, 1, 0, 1), ProtocolError],
    ],
  )
  refuses(
    () => clientDecoder(4),
    [['a reason code, in 3.1.1', '3.1.1: 3.11.1', packet(0xb0, 0, 1, 0), MalformedPacket]],
  )
})
