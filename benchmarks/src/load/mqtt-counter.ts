import type { MessageCounter } from './message-counter.js'
import { headerLimit, PacketType, packetSize, packetType } from './mqtt-frames.js'

/** Counts PUBLISH packets, each when its header has come. */
export class MqttCounter implements MessageCounter {
  /** Where the next packet begins, counted from the start of the next chunk. */
  private next = 0
  /** A header that was cut. */
  private readonly head = new Uint8Array(headerLimit)
  private headLength = 0

  count(bytes: Uint8Array, end: number): number {
    let messages = 0
    if (this.headLength > 0) messages += this.completeHead(bytes, end)
    let at = this.next
    while (at < end) {
      const size = packetSize(bytes, at, end)
      if (size === 0) {
        this.keepHead(bytes, at, end)
        at = end
        break
      }
      messages += isMessage(bytes[at] as number)
      at += size
    }
    this.next = at - end
    return messages
  }

  private keepHead(bytes: Uint8Array, at: number, end: number): void {
    this.head.set(bytes.subarray(at, end))
    this.headLength = end - at
  }

  /** Reads a header that began in an earlier chunk, and sets `next` behind its packet. */
  private completeHead(bytes: Uint8Array, end: number): number {
    const had = this.headLength
    const taken = Math.min(end, headerLimit - had)
    this.head.set(bytes.subarray(0, taken), had)
    const size = packetSize(this.head, 0, had + taken)
    this.next = size === 0 ? end : size - had
    this.headLength = size === 0 ? had + taken : 0
    return size === 0 ? 0 : isMessage(this.head[0] as number)
  }
}

const isMessage = (first: number): number => (packetType(first) === PacketType.publish ? 1 : 0)
