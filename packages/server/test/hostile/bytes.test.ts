import { type PropertyHolder, type PropertyRule, type ProtocolVersion, propertyRules } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.js'
import type { Peer } from '../support/peer.js'
import { bytes, connect5, mqttString, type Part, packet, properties, publish5 } from '../support/wire.js'

const malformed = 0x81
const protocolError = 0x82
const tooLarge = 0x95

const none = properties()

let house: House
/** Subscribes to everything. No byte of others reaches it, or ends its connection. */
let witness: Peer

beforeAll(async () => {
  // Its clock stands still, so that all of them come within one second.
  house = await openHouse({ accountLimits: { perClient: { connectsPerSecond: Number.POSITIVE_INFINITY } } })
  witness = await house.connect('witness')
  await witness.subscribe('#', { qos: 2 })
})

afterEach(async () => expect(await witness.heard()).toEqual([]))

afterAll(() => house.close())

/** The reason code of the last packet before the connection is closed; `undefined` where nothing is said. */
const lastCode = async (peer: Peer): Promise<number | undefined> => {
  let code: number | undefined
  for (let packet = await peer.next(); packet; packet = await peer.next())
    code = 'reasonCode' in packet ? packet.reasonCode : undefined
  return code
}

/** How a connection that was well so far ends on these bytes. */
const endOf = async (sent: Uint8Array, version: ProtocolVersion = 5): Promise<number | undefined> => {
  const peer = await house.connect('mallory', { version })
  peer.sendBytes(sent)
  return lastCode(peer)
}

/** How a connection that begins with these bytes ends. */
const endOfFirst = (sent: Uint8Array): Promise<number | undefined> => {
  const peer = house.peer()
  peer.sendBytes(sent)
  return lastCode(peer)
}

/** What only its first byte makes wrong. */
const packetTypes = { PUBREL: 6, SUBSCRIBE: 8, UNSUBSCRIBE: 10 }
const requiredFlags = (type: number): number => (Object.values(packetTypes).includes(type) ? 2 : 0)
const publishType = 3
const allTypes = Array.from({ length: 16 }, (_, type) => type)

describe('The first byte of a packet', () => {
  it.each(allTypes.filter((type) => type !== publishType))(
    'of type %i has no other flags than its own',
    async (type) => {
      for (let flags = 0; flags < 16; flags++) {
        if (type > 0 && flags === requiredFlags(type)) continue
        expect(await endOf(bytes((type << 4) | flags, 2, 0, 1))).toBe(malformed)
      }
    },
  )

  it.each([
    ['CONNECT for the second time', connect5(2, none, 'c')],
    ['CONNACK', packet(0x20, 0, 0, 0)],
    ['SUBACK', packet(0x90, 0, 1, 0, 0)],
    ['UNSUBACK', packet(0xb0, 0, 1, 0, 0)],
    ['PINGRESP', packet(0xd0)],
  ])('is none that only a client receives: %s', async (_what, sent) => {
    expect(await endOf(sent)).toBe(protocolError)
    expect(await endOf(sent, 4)).toBeUndefined()
  })

  it('of PUBLISH has no QoS of 3, and no DUP at QoS 0', async () => {
    for (const flags of [6, 7, 14, 15]) expect(await endOf(packet(0x30 | flags, 't', 0, 1, 0))).toBe(malformed)
    for (const flags of [8, 9]) expect(await endOf(packet(0x30 | flags, 't', 0))).toBe(protocolError)
  })
})

describe('A length', () => {
  const fiveBytes = bytes(0x30, 0xff, 0xff, 0xff, 0xff, 0x01)
  const hugeConnect = bytes(0x10, 0xff, 0xff, 0xff, 0x7f)

  it('of five bytes is malformed', async () => {
    expect(await endOf(fiveBytes)).toBe(malformed)
    expect(await endOf(fiveBytes, 4)).toBeUndefined()
    expect(await endOf(bytes(0x30, 0x80, 0x80, 0x80, 0x80, 0x00))).toBe(malformed)
    expect(await endOf(packet(0x30, 't', 0x80, 0x80, 0x80, 0x80, 0))).toBe(malformed)
    expect(await endOfFirst(bytes(0x10, 0xff, 0xff, 0xff, 0xff, 0x01))).toBeUndefined()
  })

  it('of 256 MB is refused with 0x95 when it is announced, before CONNECT and after it', async () => {
    expect(await endOfFirst(hugeConnect)).toBeUndefined()
    expect(await endOfFirst(bytes(hugeConnect, 'MQTT', 5))).toBe(tooLarge)
    expect(await endOf(bytes(0x30, 0xff, 0xff, 0xff, 0x7f))).toBe(tooLarge)
    expect(await endOf(bytes(0x82, 0xff, 0xff, 0xff, 0x7f))).toBe(tooLarge)
    expect(await endOf(bytes(0xe0, 0xff, 0xff, 0xff, 0x7f))).toBe(tooLarge)
  })

  it.each([
    ['that is not in its shortest form', bytes(0xc0, 0x80, 0)],
    ['of a string that is longer than its packet', bytes(0x30, 3, 0, 9, 0x74)],
    ['of properties that are longer than their packet', packet(0x30, 't', 9, 0x01, 0)],
    ['of properties that ends within one', packet(0x30, 't', 1, 0x02, 0, 0, 0, 5)],
    ['of properties that is not in its shortest form', packet(0x30, 't', 0x80, 0)],
    ['that leaves out the packet identifier', packet(0x40)],
    ['that leaves out half of the packet identifier', packet(0x40, 0)],
    ['that leaves out the options of a filter', packet(0x82, 0, 1, 0, 't')],
    ['that leaves bytes over in a PUBACK', packet(0x40, 0, 1, 0, 0, 0)],
    ['that leaves bytes over in a PINGREQ', packet(0xc0, 0)],
    ['that leaves bytes over in a DISCONNECT', packet(0xe0, 0, 0, 0)],
    ['of nothing, in a PUBLISH', packet(0x30)],
  ])('%s is malformed', async (_what, sent) => {
    expect(await endOf(sent)).toBe(malformed)
  })

  it('that cuts CONNECT short anywhere is malformed', async () => {
    const whole = connect5(0xee, properties(0x21, 0, 9), 'c', properties(0x01, 1), 'w', 'm', 'u', 'p')
    // Until its version is known, nobody can be told.
    const versionKnown = 7
    for (let length = 0; length < whole.length - 2; length++)
      expect(await endOfFirst(bytes(0x10, length, whole.subarray(2, 2 + length)))).toBe(
        length < versionKnown ? undefined : malformed,
      )
  })
})

describe('A field', () => {
  it.each([
    ['a wildcard in a topic', packet(0x30, 'a/+', 0), malformed],
    ['no topic and no alias', packet(0x30, '', 0), protocolError],
    ['an alias of 0', publish5(0x23, 0, 0), 0x94],
    ['an alias above the maximum', publish5(0x23, 0xff, 0xff), 0x94],
    ['an alias that was not set', packet(0x30, '', 3, 0x23, 0, 1), 0x94],
    ['a wildcard in a response topic', publish5(0x08, 'r/#'), protocolError],
    ['a subscription identifier from a client', publish5(0x0b, 1), protocolError],
    ['a payload format of 2', publish5(0x01, 2), protocolError],
    ['a packet identifier of 0', packet(0x32, 't', 0, 0, 0), protocolError],
    ['no filter', packet(0x82, 0, 1, 0), protocolError],
    ['a QoS of 3 in a subscription', packet(0x82, 0, 1, 0, 't', 3), protocolError],
    ['a retain handling of 3', packet(0x82, 0, 1, 0, 't', 0x30), protocolError],
    ['a reserved option', packet(0x82, 0, 1, 0, 't', 0x40), malformed],
    ['No Local on a shared subscription', packet(0x82, 0, 1, 0, '$share/g/t', 4), protocolError],
    ['a subscription identifier of 0', packet(0x82, 0, 1, 2, 0x0b, 0, 't', 0), protocolError],
    ['no filter to unsubscribe from', packet(0xa2, 0, 1, 0), protocolError],
    ['a reason code that a PUBACK may not carry', packet(0x40, 0, 1, 0x92), protocolError],
    ['a reason code that nobody knows', packet(0xe0, 0xfe), protocolError],
    ['a reason code that only a server gives', packet(0xe0, 0x8b), protocolError],
  ])('may not be wrong: %s', async (_what, sent, code) => {
    expect(await endOf(sent)).toBe(code)
  })

  it.each([
    ['the reserved flag', connect5(0x03, none, 'c'), malformed],
    ['a will QoS of 3', connect5(0x1e, none, 'c', none, 'w', 'm'), malformed],
    ['a will QoS without a will', connect5(0x0a, none, 'c'), malformed],
    ['a will to a wildcard', connect5(0x06, none, 'c', none, 'w/#', 'm'), malformed],
    ['a will to nowhere', connect5(0x06, none, 'c', none, '', 'm'), malformed],
    ['a flag for a user name that is not there', connect5(0x82, none, 'c'), malformed],
    ['a user name without its flag', connect5(0x02, none, 'c', 'u'), malformed],
    ['a receive maximum of 0', connect5(2, properties(0x21, 0, 0), 'c'), protocolError],
    ['a maximum packet size of 0', connect5(2, properties(0x27, 0, 0, 0, 0), 'c'), protocolError],
    ['authentication data without a method', connect5(2, properties(0x16, 'd'), 'c'), protocolError],
    ['a version to come', packet(0x10, 'MQTT', 6, 2, 0, 60, 0, 'c'), 0x84],
    ['another protocol', packet(0x10, 'mqtt', 5, 2, 0, 60, 0, 'c'), undefined],
  ])('of CONNECT may not be wrong: %s', async (_what, sent, code) => {
    expect(await endOfFirst(sent)).toBe(code)
  })
})

describe('The version', () => {
  it('3.1 is refused with return code 1', async () => {
    const peer = house.peer(4)
    peer.sendBytes(packet(0x10, 'MQIsdp', 3, 2, 0, 60, 'c'))
    expect(await lastCode(peer)).toBe(1)
  })
})

/** What is no text, and what is text that MQTT forbids (1.5.4). */
const badTexts = [
  [0x61, 0x00],
  [0xc0, 0x80],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80],
  [0xe2, 0x82],
  [0xff],
].map((text) => mqttString(Uint8Array.from(text)))

describe('U+0000, surrogates and what is no UTF-8', () => {
  const inPackets: readonly (readonly [string, (text: Part) => Uint8Array])[] = [
    ['the topic of PUBLISH', (text) => packet(0x30, text, 0)],
    ['a content type', (text) => publish5(0x03, text)],
    ['a response topic', (text) => publish5(0x08, text)],
    ['the name of a user property', (text) => publish5(0x26, text, 'v')],
    ['the value of a user property', (text) => publish5(0x26, 'k', text)],
    ['a filter of SUBSCRIBE', (text) => packet(0x82, 0, 1, 0, text, 0)],
    ['a second filter', (text) => packet(0x82, 0, 1, 0, 't', 0, text, 0)],
    ['a filter of UNSUBSCRIBE', (text) => packet(0xa2, 0, 1, 0, text)],
    ['the reason of PUBACK', (text) => packet(0x40, 0, 1, 0, properties(0x1f, text))],
    ['the reason of PUBREC', (text) => packet(0x50, 0, 1, 0, properties(0x1f, text))],
    ['the reason of PUBREL', (text) => packet(0x62, 0, 1, 0, properties(0x1f, text))],
    ['the reason of PUBCOMP', (text) => packet(0x70, 0, 1, 0, properties(0x1f, text))],
    ['the reason of DISCONNECT', (text) => packet(0xe0, 0, properties(0x1f, text))],
    ['the method of AUTH', (text) => packet(0xf0, 0x18, properties(0x15, text))],
  ]
  it.each(inPackets)('are malformed in %s', async (_field, write) => {
    for (const text of badTexts) expect(await endOf(write(text))).toBe(malformed)
  })

  const inConnect: readonly (readonly [string, (text: Part) => Uint8Array])[] = [
    ['the client identifier', (text) => connect5(2, none, text)],
    ['the user name', (text) => connect5(0x82, none, 'c', text)],
    ['the topic of the will', (text) => connect5(6, none, 'c', none, text, 'm')],
    ['the content type of the will', (text) => connect5(6, none, 'c', properties(0x03, text), 'w', 'm')],
    ['the response topic of the will', (text) => connect5(6, none, 'c', properties(0x08, text), 'w', 'm')],
    ['the name of a user property', (text) => connect5(2, properties(0x26, text, 'v'), 'c')],
    ['the value of a user property', (text) => connect5(2, properties(0x26, 'k', text), 'c')],
    ['the authentication method', (text) => connect5(2, properties(0x15, text), 'c')],
  ]
  it.each(inConnect)('are malformed in %s of CONNECT', async (_field, write) => {
    for (const text of badTexts) expect(await endOfFirst(write(text))).toBe(malformed)
  })

  it('are closed without a word in the name of the protocol', async () => {
    for (const text of badTexts) expect(await endOfFirst(packet(0x10, text, 5, 2, 0, 60, 0, 'c'))).toBeUndefined()
  })
})

describe('A property', () => {
  const writers: Partial<Record<PropertyHolder, (block: Uint8Array) => Uint8Array>> = {
    connect: (block) => connect5(2, block, 'c'),
    will: (block) => connect5(6, none, 'c', block, 'w', 'm'),
    publish: (block) => packet(0x30, 't', block),
    puback: (block) => packet(0x40, 0, 1, 0, block),
    pubrec: (block) => packet(0x50, 0, 1, 0, block),
    pubrel: (block) => packet(0x62, 0, 1, 0, block),
    pubcomp: (block) => packet(0x70, 0, 1, 0, block),
    subscribe: (block) => packet(0x82, 0, 1, block, 't', 0),
    unsubscribe: (block) => packet(0xa2, 0, 1, block, 't'),
    disconnect: (block) => packet(0xe0, 0, block),
    auth: (block) => packet(0xf0, 0x18, block),
  }
  const holders = Object.entries(writers) as [PropertyHolder, (block: Uint8Array) => Uint8Array][]

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
  const propertyOf = ({ id, kind }: PropertyRule): Uint8Array => bytes(id, values[kind])

  /** What a server says to such a packet. */
  const codeFor = (holder: PropertyHolder, sent: Uint8Array) =>
    holder === 'connect' || holder === 'will' ? endOfFirst(sent) : endOf(sent)

  it.each(holders)('that does not belong in %s is malformed there', async (holder, write) => {
    for (const rule of propertyRules.filter(({ holders }) => !holders.includes(holder)))
      expect(await codeFor(holder, write(properties(propertyOf(rule))))).toBe(malformed)
    for (const unknown of [0x00, 0x04, 0x7f])
      expect(await codeFor(holder, write(properties(unknown, 0, 0)))).toBe(malformed)
  })

  it.each(holders)('that comes twice in %s is a protocol error, where it may not', async (holder, write) => {
    const single = propertyRules.filter(
      ({ holders, repeatsIn }) => holders.includes(holder) && !repeatsIn.includes(holder),
    )
    for (const rule of single)
      expect(await codeFor(holder, write(properties(propertyOf(rule), propertyOf(rule))))).toBe(protocolError)
  })
})

describe('Bytes that never become a CONNECT', () => {
  it.each([
    ['a request for a web page', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a handshake of TLS', bytes(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03)],
    ['a greeting of SSH', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
    ['nothing but zeros', new Uint8Array(1_024)],
  ])('are closed without a word: %s', async (_what, sent) => {
    expect(await endOfFirst(sent)).toBeUndefined()
  })

  it('are closed without a word, whatever they are', async () => {
    const noConnect = fc.uint8Array({ minLength: 2, maxLength: 64 }).filter(([first]) => first !== 0x10)
    await fc.assert(
      fc.asyncProperty(noConnect, async (sent) => {
        // A header that is not complete is waited for, as long as a CONNECT is.
        const peer = house.peer()
        peer.sendBytes(sent)
        house.clock.advance(5_000)
        expect(await lastCode(peer)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it('are waited for as long as a CONNECT, and no longer for coming a byte a second', async () => {
    const peer = house.peer()
    const connect = connect5(2, none, 'c')
    let closed = false
    void peer.closed.then(() => {
      closed = true
    })
    for (let second = 0; second < 4; second++) {
      peer.sendBytes(connect.subarray(second, second + 1))
      house.clock.advance(1_000)
    }
    expect(await witness.heard()).toEqual([])
    expect(closed).toBe(false)
    house.clock.advance(1_000)
    expect(await lastCode(peer)).toBeUndefined()
  })
})

describe('A packet that comes a byte a second', () => {
  it('is no sign of life: the keep-alive counts whole packets', async () => {
    const peer = await house.connect('mallory', { keepAlive: 4 })
    const publish = packet(0x30, 'topic', 0)
    for (let second = 0; second < 6; second++) {
      peer.sendBytes(publish.subarray(second, second + 1))
      await witness.heard()
      house.clock.advance(1_000)
    }
    expect(await lastCode(peer)).toBe(0x8d)
  })

  it('is taken where it comes in time', async () => {
    const peer = await house.connect('mallory', { keepAlive: 60 })
    for (const byte of packet(0xc0)) {
      peer.sendBytes(Uint8Array.of(byte))
      house.clock.advance(1_000)
    }
    await peer.expect('pingresp')
    await peer.disconnect()
  })
})
