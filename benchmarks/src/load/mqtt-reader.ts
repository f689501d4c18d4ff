import { bodyStart, packetSize } from './mqtt-frames.js'

/** `first` is the byte of type and flags; the variable header begins at `body` and the packet ends before `end`. */
export type PacketHandler = (first: number, bytes: Uint8Array, body: number, end: number) => void

const none = new Uint8Array(0)

/** Hands over whole MQTT packets, in place wherever they were not cut. */
export class MqttReader {
  private rest: Uint8Array = none

  constructor(private readonly take: PacketHandler) {}

  push(chunk: Uint8Array, length: number): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk.subarray(0, length)])
    const end = this.rest.length + length
    let at = 0
    while (at < end) {
      const size = packetSize(bytes, at, end)
      if (size === 0 || at + size > end) break
      this.take(bytes[at] as number, bytes, bodyStart(bytes, at), at + size)
      at += size
    }
    this.rest = at === end ? none : new Uint8Array(bytes.subarray(at, end))
  }
}
