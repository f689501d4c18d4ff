import { Decoder, type DecoderOptions } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hex } from './support/decoding.js'

const Bytes = Uint8Array
let allocated: number[] = []

/** Notes the size of every buffer that is made; views of a buffer are none. */
const CountedBytes = new Proxy(Bytes, {
  construct(target, given: unknown[]) {
    if (typeof given[0] === 'number') allocated.push(given[0])
    return Reflect.construct(target, given)
  },
})

beforeEach(() => {
  vi.stubGlobal('Uint8Array', CountedBytes)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const largest = () => Math.max(0, ...allocated)

const feed = (options: DecoderOptions, bytes: Uint8Array, step: number): void => {
  const decoder = new Decoder(options)
  allocated = []
  try {
    for (let at = 0; at < bytes.length; at += step) {
      decoder.push(bytes.subarray(at, at + step))
      while (decoder.next()) {}
    }
  } catch {
    // What it refuses is looked at elsewhere; here it is the memory that counts.
  }
}

describe('Memory', () => {
  it('is kept for what has arrived, not for what is announced', () => {
    const tenMegabytes = hex('3080ade204 0003 612f62')
    feed({ role: 'server', version: 4, maximumPacketSize: 20_000_000 }, tenMegabytes, 3)
    expect(largest()).toBeGreaterThan(0)
    expect(largest()).toBeLessThanOrEqual(256)
  })

  it('is at most twice what has arrived, and copying takes as long as reading', () => {
    const arrived = 100_000
    const bytes = new Bytes(arrived)
    bytes.set(hex('3080ade204 0003 612f62'))
    feed({ role: 'server', version: 4, maximumPacketSize: 20_000_000 }, bytes, 10)
    expect(largest()).toBeLessThanOrEqual(2 * arrived)
    expect(allocated.reduce((sum, size) => sum + size, 0)).toBeLessThan(5 * arrived)
  })

  it('is not taken at all for packets that lie in one chunk', () => {
    feed({ role: 'server', version: 4, maximumPacketSize: 1_000 }, hex('30060003612f6200 c000 30060003612f6200'), 100)
    expect(allocated).toEqual([])
  })

  it('stays within the packet-size limit, whatever bytes come', () => {
    const maximumPacketSize = 300
    const header = fc.constantFrom(
      [0x30, 0xac, 0x01],
      [0x30, 0xad, 0x02],
      [0x32, 0xff, 0xff, 0x7f],
      [0x30],
      [0x82, 0xa0, 0x02],
    )
    const bytes = fc.tuple(header, fc.uint8Array({ maxLength: 600 }))
    fc.assert(
      fc.property(
        bytes,
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom<4 | 5>(4, 5),
        ([head, body], step, version) => {
          allocated = []
          feed({ role: 'server', version, maximumPacketSize }, Bytes.from([...head, ...body]), step)
          expect(largest()).toBeLessThanOrEqual(maximumPacketSize)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
