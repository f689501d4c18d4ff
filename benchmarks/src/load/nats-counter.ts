import type { MessageCounter } from './message-counter.js'

const space = 0x20
const lineFeed = 0x0a
const zero = 0x30
const M = 0x4d
const lineEnd = 2

/**
 * Counts `MSG <subject> <sid> <size>␍␊<payload>␍␊` in what a NATS server sends.
 *
 * Source: https://docs.nats.io/reference/reference-protocols/nats-protocol
 */
export class NatsCounter implements MessageCounter {
  /** Bytes of a payload that are still to come. */
  private skip = 0
  /** First byte of the line that is being read; 0 before it. */
  private first = 0
  /** The number that the line ends with, so far. */
  private size = 0

  count(bytes: Uint8Array, end: number): number {
    let { first, size } = this
    let at = this.skip
    let messages = 0
    while (at < end) {
      const byte = bytes[at++] as number
      if (byte === lineFeed) {
        if (first === M) {
          messages++
          at += size + lineEnd
        }
        first = 0
      } else if (first === 0) first = byte
      else if (byte === space) size = 0
      else if (byte >= zero) size = size * 10 + byte - zero
    }
    this.skip = at - end
    this.first = first
    this.size = size
    return messages
  }
}
