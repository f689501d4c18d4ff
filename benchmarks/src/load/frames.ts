/** Counts and takes apart the packets in a stream of bytes, by hand: a load generator must not wait for a full decoder. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0)

  constructor(private readonly frame: (type: number, body: Buffer, flags: number) => void) {}

  push(chunk: Buffer): void {
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    for (;;) {
      const size = frameSize(bytes)
      if (size === undefined || size.total > bytes.length) break
      const first = bytes[0] as number
      this.frame(first >> 4, bytes.subarray(size.header, size.total), first & 15)
      bytes = bytes.subarray(size.total)
    }
    this.rest = bytes
  }
}

/** Bytes of the fixed header, and of the whole packet; undefined while the length has not arrived. */
const frameSize = (bytes: Buffer): { header: number; total: number } | undefined => {
  let length = 0
  for (let at = 1, scale = 1; at < bytes.length && at < 5; at++, scale *= 128) {
    const byte = bytes[at] as number
    length += (byte & 127) * scale
    if (byte < 128) return { header: at + 1, total: at + 1 + length }
  }
  return undefined
}

export const PacketType = { Connack: 2, Publish: 3, Puback: 4, Suback: 9 } as const
