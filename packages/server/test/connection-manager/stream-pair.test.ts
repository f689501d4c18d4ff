import { describe, expect, it } from 'vitest'
import { type ByteStream, streamPair } from '../../src/connection-manager/index.js'

/** Opens an end and keeps what happens to it. */
const watch = (stream: ByteStream): string[] => {
  const seen: string[] = []
  stream.open({
    data: (bytes) => seen.push(Buffer.from(bytes).toString()),
    drained: () => seen.push('drained'),
    closed: () => seen.push('closed'),
  })
  return seen
}

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** Lets all microtasks run that are waiting, and those that they start. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a pair of streams in one process', () => {
  it('delivers what is written, in order, and never within the call that writes it', async () => {
    const [one, other] = streamPair()
    const seen = watch(other)
    watch(one)
    one.write(bytes('a'))
    one.write(bytes('b'))
    expect(seen).toEqual([])
    await settle()
    expect(seen).toEqual(['a', 'b'])
  })

  it('keeps what is written before the other end is opened, and while it is paused', async () => {
    const [one, other] = streamPair()
    one.write(bytes('early'))
    other.pause()
    const seen = watch(other)
    await settle()
    expect(seen).toEqual([])
    other.resume()
    await settle()
    expect(seen).toEqual(['early'])
  })

  it('asks the writer to wait when much is waiting, and tells when there is room', async () => {
    const [one, other] = streamPair()
    const writer = watch(one)
    other.pause()
    watch(other)
    expect(one.write(new Uint8Array(1024))).toBe(true)
    expect(one.write(new Uint8Array(64 * 1024))).toBe(false)
    await settle()
    expect(writer).toEqual([])
    other.resume()
    await settle()
    expect(writer).toEqual(['drained'])
  })

  it('closes both ends, after what was written has been read', async () => {
    const [one, other] = streamPair()
    const [here, there] = [watch(one), watch(other)]
    other.pause()
    one.write(bytes('last'))
    one.end()
    await settle()
    expect(there).toEqual([])
    other.resume()
    await settle()
    expect(there).toEqual(['last', 'closed'])
    expect(here).toEqual(['closed'])
  })

  it('is cut at once where it is destroyed', async () => {
    const [one, other] = streamPair()
    const [here, there] = [watch(one), watch(other)]
    one.write(bytes('lost'))
    one.destroy()
    await settle()
    expect(there).toEqual(['closed'])
    expect(here).toEqual(['closed'])
  })
})
