import { encode, type PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { decodeAll, drain, newServerDecoder, refusal, serverDecoder } from './support/decoding.js'
import { connect4, connect5, packet } from './support/wire.js'

const publish = (payload: Uint8Array): PublishPacket => ({
  type: 'publish',
  topic: 'some/topic',
  payload,
  qos: 0,
  retain: false,
  dup: false,
})

const payloadOf = ([first]: ReturnType<typeof drain>) => (first as PublishPacket).payload

describe('A decoder', () => {
  it('has nothing to give before bytes come, or after an empty chunk', () => {
    expect(serverDecoder(5).next()).toBeUndefined()
    expect(decodeAll(serverDecoder(5), new Uint8Array(0))).toEqual([])
  })

  it.each([
    [4, connect4(2)],
    [5, connect5(2)],
  ] as const)('learns version %i from CONNECT, and reads what follows by it', (version, connect) => {
    const decoder = newServerDecoder()
    expect(decoder.version).toBeUndefined()
    decodeAll(decoder, connect)
    expect(decoder.version).toBe(version)
    const sent = publish(Uint8Array.of(1, 2))
    expect(decodeAll(decoder, encode(sent, version))).toEqual([sent])
  })

  it('gives the payload as a view of the chunk where the packet lies in one', () => {
    const chunk = encode(publish(new Uint8Array(1000)), 5)
    expect(payloadOf(decodeAll(serverDecoder(5), chunk)).buffer).toBe(chunk.buffer)
  })

  it('copies no more than the packet where it is cut, and leaves later chunks alone', () => {
    const decoder = serverDecoder(5)
    const chunk = encode(publish(Uint8Array.of(7, 8, 9)), 5)
    decoder.push(chunk.slice(0, 4))
    expect(drain(decoder)).toEqual([])
    const rest = new Uint8Array(chunk.length - 4 + 2)
    rest.set(chunk.subarray(4))
    rest.set(packet(0xc0), chunk.length - 4)
    const received = decodeAll(decoder, rest)
    rest.fill(0)
    expect(payloadOf(received)).toEqual(Uint8Array.of(7, 8, 9))
    expect(received[1]).toEqual({ type: 'pingreq' })
  })

  it('takes chunks that are views of a larger buffer', () => {
    const chunk = encode(publish(Uint8Array.of(7)), 5)
    const slab = new Uint8Array(100).fill(0xff)
    slab.set(chunk, 13)
    expect(payloadOf(decodeAll(serverDecoder(5), slab.subarray(13, 13 + chunk.length)))).toEqual(Uint8Array.of(7))
  })

  it('takes several chunks before anybody reads', () => {
    const decoder = serverDecoder(5)
    const glued = [...packet(0xc0), ...encode(publish(new Uint8Array(300)), 5), ...packet(0xc0)]
    for (let at = 0; at < glued.length; at += 7) decoder.push(Uint8Array.from(glued.slice(at, at + 7)))
    expect(drain(decoder).map(({ type }) => type)).toEqual(['pingreq', 'publish', 'pingreq'])
  })

  it('keeps the order where a chunk comes while earlier ones still wait', () => {
    const decoder = serverDecoder(5)
    const numbered = (n: number) => encode(publish(Uint8Array.of(n)), 5)
    decoder.push(numbered(1))
    decoder.push(numbered(2))
    const first = decoder.next()
    decoder.push(numbered(3))
    const payloads = [first, ...drain(decoder)].map((each) => (each as PublishPacket).payload[0])
    expect(payloads).toEqual([1, 2, 3])
  })

  it('gives the packets before a malformed one, and then the same error for ever', () => {
    const decoder = serverDecoder(5)
    decoder.push(packet(0xc0))
    decoder.push(packet(0x00))
    decoder.push(packet(0xc0))
    expect(decoder.next()).toEqual({ type: 'pingreq' })
    const error = refusal(() => decoder.next())
    expect(refusal(() => decoder.next())).toBe(error)
    decoder.push(packet(0xc0))
    expect(refusal(() => decoder.next())).toBe(error)
  })

  it('keeps U+FEFF at the beginning of a string [MQTT-1.5.4-3]', () => {
    const short = { ...publish(new Uint8Array(0)), topic: '\u{feff}a' }
    const long = { ...short, topic: `\u{feff}${'a'.repeat(200)}` }
    expect(decodeAll(serverDecoder(5), encode(short, 5))).toEqual([short])
    expect(decodeAll(serverDecoder(5), encode(long, 5))).toEqual([long])
  })
})
