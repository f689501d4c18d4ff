import { Decoder, type DecoderOptions, encode, MqttError, type ProtocolVersion } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packetKinds } from './support/arbitraries.js'

const maximumPacketSize = 512

const ends: readonly DecoderOptions[] = [
  { role: 'server', maximumPacketSize },
  ...([4, 5] as const).flatMap((version: ProtocolVersion): DecoderOptions[] => [
    { role: 'server', version, maximumPacketSize },
    { role: 'client', version, maximumPacketSize },
  ]),
]
const end = fc.constantFrom(...ends)

/** Several packets, some of them not meant for this end, with bytes changed, left out, put in and repeated. */
const mutated = fc
  .tuple(
    fc.array(fc.oneof(...packetKinds.map((kind) => kind.packets.map((packet) => [...encode(packet, kind.version)]))), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'flip', 'cut', 'insert', 'repeat')), {
      maxLength: 6,
    }),
  )
  .map(([packets, changes]) => changes.reduce(mutate, packets.flat()))

const mutate = (bytes: number[], [place, value, change]: [number, number, string]): number[] => {
  const at = place % (bytes.length + 1)
  const [before, after] = [bytes.slice(0, at), bytes.slice(at)]
  if (change === 'set') return [...before, value, ...after.slice(1)]
  if (change === 'flip') return [...before, (after[0] ?? 0) ^ (1 << (value & 7)), ...after.slice(1)]
  if (change === 'cut') return [...before, ...after.slice(1 + (value & 15))]
  if (change === 'insert') return [...before, value, ...after]
  return [...before, ...after.slice(0, value & 15), ...after]
}

/** A header that promises a body, and bytes that look like the beginning of one. */
const promising = fc
  .tuple(
    fc.nat({ max: 255 }),
    fc.array(fc.nat({ max: 255 }), { maxLength: 5 }),
    fc.array(fc.nat({ max: 255 }), { maxLength: 700 }),
  )
  .map(([first, length, body]) => [
    first,
    ...length.map((byte, i) => (i < length.length - 1 ? byte | 0x80 : byte)),
    ...body,
  ])

const noise = fc.array(fc.nat({ max: 255 }), { maxLength: 700 })

const bytes = fc.oneof(mutated, promising, noise)
const sizes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 40 })

/** Pushes the bytes in chunks of these sizes, again and again, and reads all that there is after each. */
const feed = (
  decoder: Decoder,
  all: readonly number[],
  cuts: readonly number[],
): { packets: unknown[]; error?: unknown } => {
  const packets: unknown[] = []
  try {
    for (let at = 0, i = 0; at < all.length; i++) {
      const size = cuts[i % cuts.length] ?? 1
      decoder.push(Uint8Array.from(all.slice(at, at + size)))
      at += size
      for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
    }
    return { packets }
  } catch (error) {
    return { packets, error }
  }
}

describe('Whatever bytes come', () => {
  it('the decoder throws nothing but its own error, and gives no more packets than bytes allow', () => {
    fc.assert(
      fc.property(end, bytes, sizes, (options, all, cuts) => {
        const { packets, error } = feed(new Decoder(options), all, cuts)
        if (error !== undefined) expect(error).toBeInstanceOf(MqttError)
        expect(packets.length).toBeLessThanOrEqual(all.length / 2)
      }),
      { numRuns: 5_000 },
    )
  })

  it('it decides the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(end, bytes, sizes, (options, all, cuts) => {
        const whole = feed(new Decoder(options), all, [Math.max(1, all.length)])
        expect(feed(new Decoder(options), all, cuts)).toStrictEqual(whole)
      }),
      { numRuns: 2_000 },
    )
  })

  it('what it takes can be written again, and reads the same', () => {
    fc.assert(
      fc.property(end, bytes, (options, all) => {
        const decoder = new Decoder(options)
        const { packets } = feed(decoder, all, [Math.max(1, all.length)])
        const version = decoder.version
        if (version === undefined) return
        const again = packets.flatMap((packet) => [...encode(packet as Parameters<typeof encode>[0], version)])
        expect(feed(new Decoder({ ...options }), again, [Math.max(1, again.length)]).packets).toStrictEqual(packets)
      }),
      { numRuns: 3_000 },
    )
  })
})
