import { encode } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packetKinds } from './support/arbitraries.js'
import { decodeAll, decoderFor, drain } from './support/decoding.js'

describe('A packet comes back as it went', () => {
  it.each(packetKinds)('$type in version $version to a $receiver', (kind) => {
    fc.assert(
      fc.property(kind.packets, (packet) => {
        expect(decodeAll(decoderFor(kind), encode(packet, kind.version))).toStrictEqual([packet])
      }),
    )
  })

  it.each(packetKinds)('$type in version $version to a $receiver, byte by byte', (kind) => {
    fc.assert(
      fc.property(kind.packets, (packet) => {
        const decoder = decoderFor(kind)
        const received = [...encode(packet, kind.version)].flatMap((byte) => decodeAll(decoder, Uint8Array.of(byte)))
        expect(received).toStrictEqual([packet])
      }),
      { numRuns: 20 },
    )
  })
})

describe('A stream of packets', () => {
  const toServer = packetKinds.filter(
    (kind) => kind.receiver === 'server' && kind.version === 5 && kind.type !== 'connect',
  )
  const stream = fc.array(fc.oneof(...toServer.map((kind) => kind.packets)), { minLength: 1, maxLength: 12 })

  it('gives the same packets wherever it is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 60 }), (packets, sizes) => {
        const decoder = decoderFor({ type: 'publish', version: 5, receiver: 'server' })
        const glued = packets.flatMap((packet) => [...encode(packet, 5)])
        const received = []
        for (let at = 0, cut = 0; at < glued.length; cut++) {
          const size = 1 + (sizes[cut % sizes.length] ?? 0)
          decoder.push(Uint8Array.from(glued.slice(at, at + size)))
          at += size
          // Some chunks are read at once, some wait, and of some only the first packet is read.
          if (size % 3 === 0) received.push(...drain(decoder))
          if (size % 3 === 1) received.push(...[decoder.next()].filter((packet) => packet !== undefined))
        }
        expect([...received, ...drain(decoder)]).toStrictEqual(packets)
      }),
    )
  })
})
