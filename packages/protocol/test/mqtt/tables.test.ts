/**
 * The tables of the codec are arranged by property and by reason code, as tables 2-4 and 2-6 are. Here they are held
 * against the sections of the packets, which say the same the other way round.
 */
import { mayCarry, type PropertyHolder, propertyRules, type ReasonHolder } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'

const properties: readonly (readonly [PropertyHolder, section: string, ids: readonly number[]])[] = [
  ['connect', '3.1.2.11', [0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27]],
  ['will', '3.1.3.2', [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26]],
  [
    'connack',
    '3.2.2.3',
    [0x11, 0x12, 0x13, 0x15, 0x16, 0x1a, 0x1c, 0x1f, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a],
  ],
  ['publish', '3.3.2.3', [0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x23, 0x26]],
  ['puback', '3.4.2.2', [0x1f, 0x26]],
  ['pubrec', '3.5.2.2', [0x1f, 0x26]],
  ['pubrel', '3.6.2.2', [0x1f, 0x26]],
  ['pubcomp', '3.7.2.2', [0x1f, 0x26]],
  ['subscribe', '3.8.2.1', [0x0b, 0x26]],
  ['suback', '3.9.2.1', [0x1f, 0x26]],
  ['unsubscribe', '3.10.2.1', [0x26]],
  ['unsuback', '3.11.2.1', [0x1f, 0x26]],
  ['disconnect', '3.14.2.2', [0x11, 0x1c, 0x1f, 0x26]],
  ['auth', '3.15.2.2', [0x15, 0x16, 0x1f, 0x26]],
]

const publishAnswer = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
const disconnectOfBoth = [0x00, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]

const reasonCodes: readonly (readonly [ReasonHolder, section: string, codes: readonly number[]])[] = [
  [
    'connack',
    '3.2.2.2',
    [
      0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b,
      0x9c, 0x9d, 0x9f,
    ],
  ],
  ['puback', '3.4.2.1', publishAnswer],
  ['pubrec', '3.5.2.1', publishAnswer],
  ['pubrel', '3.6.2.1', [0x00, 0x92]],
  ['pubcomp', '3.7.2.1', [0x00, 0x92]],
  ['suback', '3.9.3', [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]],
  ['unsuback', '3.11.3', [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]],
  ['disconnect from client', '3.14.2.1', [...disconnectOfBoth, 0x04]],
  [
    'disconnect from server',
    '3.14.2.1, and table 2-6 for 0x8C',
    [
      ...disconnectOfBoth,
      ...[0x87, 0x89, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2],
    ],
  ],
  ['auth from client', '3.15.2.1', [0x18, 0x19]],
  ['auth from server', '3.15.2.1', [0x00, 0x18]],
]

const ascending = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other)

describe('What a packet may carry', () => {
  it.each(properties)('%s has the properties of %s', (holder, _section, ids) => {
    const allowed = propertyRules.filter((rule) => rule.holders.includes(holder)).map((rule) => rule.id)
    expect(ascending(allowed)).toEqual(ids)
  })

  it.each(reasonCodes)('%s has the reason codes of %s', (holder, _section, codes) => {
    const allowed = Array.from({ length: 256 }, (_, code) => code).filter((code) => mayCarry(holder, code))
    expect(allowed).toEqual(ascending(codes))
  })

  it('comes once, but for User Property, and Subscription Identifier in PUBLISH', () => {
    const repeated = propertyRules.flatMap((rule) => rule.repeatsIn.map((holder) => [rule.name, holder]))
    const userProperties = properties.map(([holder]) => ['userProperties', holder])
    expect(new Set(repeated.map(String))).toEqual(
      new Set([...userProperties, ['subscriptionIdentifiers', 'publish']].map(String)),
    )
  })
})
