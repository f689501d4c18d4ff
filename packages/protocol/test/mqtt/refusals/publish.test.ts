import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe } from 'vitest'
import { clientDecoder, hex, serverDecoder } from '../support/decoding.js'
import { accepts, refuses } from '../support/refused.js'
import { bytes, packet, publish5 } from '../support/wire.js'

const { MalformedPacket, ProtocolError, TopicAliasInvalid } = ReasonCode

describe('The flags of PUBLISH', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['QoS 3', 'MQTT-3.3.1-4', packet(0x36, 't', 0, 1, 0), MalformedPacket],
      ['DUP on QoS 0', 'MQTT-3.3.1-2', packet(0x38, 't', 0), ProtocolError],
    ],
  )
  refuses(
    () => serverDecoder(4),
    [
      ['QoS 3, in 3.1.1', '3.1.1: MQTT-3.3.1-4', packet(0x36, 't', 0, 1), MalformedPacket],
      ['DUP on QoS 0, in 3.1.1', '3.1.1: MQTT-3.3.1-2', packet(0x38, 't'), ProtocolError],
    ],
  )
})

describe('The topic of PUBLISH', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['a +', 'MQTT-3.3.2-2', packet(0x30, 'a/+', 0), MalformedPacket],
      ['a #', 'MQTT-3.3.2-2', packet(0x30, 'a/#', 0), MalformedPacket],
      ['a + within a level', 'MQTT-3.3.2-2', packet(0x30, 'a+b', 0), MalformedPacket],
      ['no topic and no alias', '3.3.2.1', packet(0x30, '', 0), ProtocolError],
      ['a topic that is longer than its packet', '1.5.4', hex('3003 000974'), MalformedPacket],
      ['no topic at all', '3.3.2.1', hex('3000'), MalformedPacket],
    ],
  )
  refuses(() => serverDecoder(4), [['no topic, in 3.1.1', '3.1.1: MQTT-4.7.3-1', packet(0x30, ''), ProtocolError]])
  accepts(
    () => serverDecoder(5),
    [
      ['no topic, with an alias,', packet(0x30, '', 3, 0x23, 0, 1)],
      ['a topic with empty levels', packet(0x30, '//', 0)],
      ['a topic with $', packet(0x30, '$SYS/x', 0)],
    ],
  )
})

describe('The packet identifier of PUBLISH', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['0 at QoS 1', 'MQTT-2.2.1-3', packet(0x32, 't', 0, 0, 0), ProtocolError],
      ['0 at QoS 2', 'MQTT-2.2.1-3', packet(0x34, 't', 0, 0, 0), ProtocolError],
      ['none at QoS 1', 'MQTT-2.2.1-3', packet(0x32, 't'), MalformedPacket],
      ['half of one', 'MQTT-2.2.1-3', packet(0x32, 't', 0), MalformedPacket],
    ],
  )
})

describe('The properties of PUBLISH', () => {
  refuses(
    () => serverDecoder(5),
    [
      ['none where their length is due', '2.2.2.1', packet(0x30, 't'), MalformedPacket],
      ['a length beyond the packet', '2.2.2.1', packet(0x30, 't', 9, 0x01, 0), MalformedPacket],
      ['a property beyond their length', '2.2.2.1', packet(0x30, 't', 1, 0x02, 0, 0, 0, 5), MalformedPacket],
      ['a length of five bytes', '1.5.5', packet(0x30, 't', 0x80, 0x80, 0x80, 0x80, 0), MalformedPacket],
      ['a length not in its shortest form', 'MQTT-1.5.5-1', packet(0x30, 't', 0x80, 0), MalformedPacket],
      ['an identifier not in its shortest form', 'MQTT-1.5.5-1', publish5(0x81, 0, 1), MalformedPacket],
      ['Payload Format Indicator 2', '3.3.2.3.2', publish5(0x01, 2), ProtocolError],
      ['Topic Alias 0', 'MQTT-3.3.2-8', publish5(0x23, 0, 0), TopicAliasInvalid],
      ['a + in the Response Topic', 'MQTT-3.3.2-14', publish5(0x08, 'r/+'), ProtocolError],
      ['a # in the Response Topic', 'MQTT-3.3.2-14', publish5(0x08, '#'), ProtocolError],
      ['an empty Response Topic', 'MQTT-4.7.3-1', publish5(0x08, ''), ProtocolError],
      ['a Subscription Identifier from a client', 'MQTT-3.3.4-6', publish5(0x0b, 1), ProtocolError],
      ['a Subscription Identifier of five bytes', '1.5.5', publish5(0x0b, hex('ffffffff01')), MalformedPacket],
    ],
  )
  refuses(() => clientDecoder(5), [['Subscription Identifier 0', '3.3.2.3.8', publish5(0x0b, 0), ProtocolError]])
  accepts(
    () => clientDecoder(5),
    [
      ['several Subscription Identifiers', publish5(0x0b, 1, 0x0b, 2)],
      ['the largest Subscription Identifier', publish5(0x0b, hex('ffffff7f'))],
      ['the same User Property twice', publish5(0x26, 'k', 'v', 0x26, 'k', 'v')],
      ['the largest Topic Alias', publish5(0x23, 0xff, 0xff)],
    ],
  )
})

describe('Strings', () => {
  const topic = (...text: readonly number[]) => packet(0x30, bytes(0, text.length, ...text), 0)
  const long = (...text: readonly number[]) => bytes(0x30, 83 + text.length, 0, 80 + text.length, spaces, ...text, 0)
  const spaces = new Uint8Array(80).fill(0x20)

  for (const [length, write] of [
    ['a short string', topic],
    ['a long string', long],
  ] as const) {
    refuses(
      () => serverDecoder(5),
      [
        [`U+0000 in ${length}`, 'MQTT-1.5.4-2', write(0x61, 0x00), MalformedPacket],
        [`an over-long U+0000 in ${length}`, 'MQTT-1.5.4-1', write(0xc0, 0x80), MalformedPacket],
        [`an over-long "/" in ${length}`, 'MQTT-1.5.4-1', write(0xc0, 0xaf), MalformedPacket],
        [`an over-long form of three bytes in ${length}`, 'MQTT-1.5.4-1', write(0xe0, 0x80, 0xaf), MalformedPacket],
        [
          `an over-long form of four bytes in ${length}`,
          'MQTT-1.5.4-1',
          write(0xf0, 0x80, 0x80, 0xaf),
          MalformedPacket,
        ],
        [`the first surrogate in ${length}`, 'MQTT-1.5.4-1', write(0xed, 0xa0, 0x80), MalformedPacket],
        [`the last surrogate in ${length}`, 'MQTT-1.5.4-1', write(0xed, 0xbf, 0xbf), MalformedPacket],
        [
          `a pair of surrogates in ${length}`,
          'MQTT-1.5.4-1',
          write(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80),
          MalformedPacket,
        ],
        [`a code point above U+10FFFF in ${length}`, 'MQTT-1.5.4-1', write(0xf4, 0x90, 0x80, 0x80), MalformedPacket],
        [`a lone continuation byte in ${length}`, 'MQTT-1.5.4-1', write(0x80), MalformedPacket],
        [`a cut character in ${length}`, 'MQTT-1.5.4-1', write(0xe2, 0x82), MalformedPacket],
        [`0xff in ${length}`, 'MQTT-1.5.4-1', write(0xff), MalformedPacket],
      ],
    )
  }
})
