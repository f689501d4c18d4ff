import { describe, expect, it } from 'vitest'
import type { ByteStream } from '../../src/connection-manager/index.js'
import { PacketWriter } from '../../src/connection-manager/packet-writer.js'
import { Tick } from '../../src/connection-manager/tick.js'

/** A stream that keeps what is written, and takes no more when `room` is used up. */
const recordingStream = () => {
  const writes: Uint8Array[] = []
  const state = { room: Number.POSITIVE_INFINITY }
  const write = (bytes: Uint8Array) => {
    writes.push(bytes)
    return --state.room > 0
  }
  return { writes, state, stream: { write } as unknown as ByteStream }
}

const packet = (value: number, length = 4): Uint8Array => new Uint8Array(length).fill(value)

const nextTick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('packets of one tick', () => {
  it('are written once, together, also those of promises that were waiting', async () => {
    const { stream, writes } = recordingStream()
    const writer = new PacketWriter(stream, new Tick(), () => {})
    writer.write(packet(1))
    Promise.resolve().then(() => writer.write(packet(2)))
    await nextTick()
    expect(writes.map((bytes) => [...bytes])).toEqual([[1, 1, 1, 1, 2, 2, 2, 2]])
  })

  it('are written without being copied where they are large', async () => {
    const { stream, writes } = recordingStream()
    const writer = new PacketWriter(stream, new Tick(), () => {})
    const large = packet(2, 100_000)
    writer.write(packet(1))
    writer.write(large)
    writer.write(packet(3))
    await nextTick()
    expect(writes.map((bytes) => bytes.length)).toEqual([4, 100_000, 4])
    expect(writes[1]).toBe(large)
  })

  it('wait while the stream takes no more, and follow in order when it does', async () => {
    const { stream, state, writes } = recordingStream()
    let filled = 0
    const writer = new PacketWriter(stream, new Tick(), () => filled++)
    state.room = 1
    writer.write(packet(1))
    await nextTick()
    expect([writer.full, filled]).toEqual([true, 1])
    writer.write(packet(2))
    writer.write(packet(3))
    await nextTick()
    expect([writes.length, writer.waitingBytes]).toEqual([1, 8])
    state.room = 10
    writer.drained()
    expect(writes.map((bytes) => [...bytes])).toEqual([
      [1, 1, 1, 1],
      [2, 2, 2, 2, 3, 3, 3, 3],
    ])
    expect([writer.full, writer.waitingBytes]).toEqual([false, 0])
  })
})
