import {
  Decoder,
  type PropertyHolder,
  type PropertyRule,
  propertyRules,
  ReasonCode,
  type Role,
} from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { decodeAll, newServerDecoder, plenty, refusal } from '../support/decoding.js'
import { bytes, connect5, packet, properties } from '../support/wire.js'

/** How a packet with these properties is written, and who receives it. */
interface Envelope {
  receiver: Role
  write(block: Uint8Array): Uint8Array
}

const toBoth = (firstByte: number): Envelope => ({
  receiver: 'client',
  write: (block) => packet(firstByte, 0, 1, 0, block),
})

const envelopes: Record<PropertyHolder, Envelope> = {
  connect: { receiver: 'server', write: (block) => connect5(2, block) },
  will: { receiver: 'server', write: (block) => connect5(6, properties(), 'c', block, 'w', 'm') },
  connack: { receiver: 'client', write: (block) => packet(0x20, 0, 0, block) },
  publish: { receiver: 'client', write: (block) => packet(0x30, 't', block) },
  puback: toBoth(0x40),
  pubrec: toBoth(0x50),
  pubrel: toBoth(0x62),
  pubcomp: toBoth(0x70),
  subscribe: { receiver: 'server', write: (block) => packet(0x82, 0, 1, block, 't', 0) },
  suback: { receiver: 'client', write: (block) => packet(0x90, 0, 1, block, 0) },
  unsubscribe: { receiver: 'server', write: (block) => packet(0xa2, 0, 1, block, 't') },
  unsuback: { receiver: 'client', write: (block) => packet(0xb0, 0, 1, block, 0) },
  disconnect: { receiver: 'server', write: (block) => packet(0xe0, 0, block) },
  auth: { receiver: 'server', write: (block) => packet(0xf0, 0x18, block) },
}

const holders = Object.keys(envelopes) as PropertyHolder[]

const decoderAt = (holder: PropertyHolder): Decoder => {
  if (holder === 'connect' || holder === 'will') return newServerDecoder()
  return new Decoder({ role: envelopes[holder].receiver, maximumPacketSize: plenty, version: 5 })
}

const decode = (holder: PropertyHolder, ...block: readonly (Uint8Array | number)[]) =>
  decodeAll(decoderAt(holder), envelopes[holder].write(properties(...block)))

const values: Record<PropertyRule['kind'], Uint8Array> = {
  bit: bytes(1),
  boolean: bytes(1),
  uint16: bytes(0, 1),
  uint32: bytes(0, 0, 0, 1),
  variable: bytes(1),
  string: bytes('a'),
  binary: bytes('a'),
  pair: bytes('a', 'b'),
}

const property = ({ id, kind }: PropertyRule): Uint8Array => bytes(id, values[kind])

/** AUTH has to name its method, and CONNECT where it has data: the rule that is looked at must be the only one broken. */
const companion = ({ name }: PropertyRule, holder: PropertyHolder): Uint8Array => {
  const needed = holder === 'auth' || name === 'authenticationData'
  return needed && name !== 'authenticationMethod' && holder !== 'connack' && holder !== 'will'
    ? bytes(0x15, 'm')
    : bytes()
}

const pairs = propertyRules.flatMap((rule) => holders.map((holder) => ({ rule, holder })))
const allowed = pairs.filter(({ rule, holder }) => rule.holders.includes(holder))
const forbidden = pairs.filter(({ rule, holder }) => !rule.holders.includes(holder))
const code = (run: () => unknown) => refusal(run).reasonCode

describe('A property (2.2.2.2)', () => {
  it.each(allowed)('$rule.name may stand in $holder', ({ rule, holder }) => {
    expect(decode(holder, companion(rule, holder), property(rule))).toHaveLength(1)
  })

  it.each(forbidden)('$rule.name is malformed in $holder', ({ rule, holder }) => {
    expect(code(() => decode(holder, property(rule)))).toBe(ReasonCode.MalformedPacket)
  })

  it.each(allowed)('$rule.name comes twice in $holder only where it may', ({ rule, holder }) => {
    const twice = () => decode(holder, companion(rule, holder), property(rule), property(rule))
    if (rule.repeatsIn.includes(holder)) expect(twice()).toHaveLength(1)
    else expect(code(twice)).toBe(ReasonCode.ProtocolError)
  })

  it.each(allowed)('$rule.name that is cut off is malformed in $holder', ({ rule, holder }) => {
    const cut = property(rule).subarray(0, -1)
    expect(code(() => decode(holder, companion(rule, holder), cut))).toBe(ReasonCode.MalformedPacket)
  })

  it.each(allowed.filter(({ rule }) => rule.kind === 'bit' || rule.kind === 'boolean'))(
    '$rule.name is 0 or 1 in $holder',
    ({ rule, holder }) => {
      expect(decode(holder, bytes(rule.id, 0))).toHaveLength(1)
      expect(code(() => decode(holder, bytes(rule.id, 2)))).toBe(ReasonCode.ProtocolError)
      expect(code(() => decode(holder, bytes(rule.id, 0xff)))).toBe(ReasonCode.ProtocolError)
    },
  )

  it('of another number is malformed everywhere', () => {
    const known = new Set(propertyRules.map((rule) => rule.id))
    const unknown = Array.from({ length: 128 }, (_, id) => id).filter((id) => !known.has(id))
    for (const holder of holders) {
      for (const id of unknown) expect(code(() => decode(holder, bytes(id, 0, 0)))).toBe(ReasonCode.MalformedPacket)
    }
  })
})
