import type { ProtocolVersion, PublishPacket } from './packets.js'
import type { TopicNames } from './topic-names.js'

const nothing = new Uint8Array(0)

/** QoS 0, without DUP and RETAIN. */
const plainPublish = 0x30
const shortestLength = 2 + 1
/** A longer run is told in parts, so that nobody is asked to take too much at once. */
const longestRun = 64 * 1024

/** Whether a plain publish begins here, as far as its first byte tells. */
export const isPlainPublish = (bytes: Uint8Array, at: number): boolean => bytes[at] === plainPublish

/**
 * Plain publishes to one topic that lie one behind another in one chunk of bytes: QoS 0, not retained, without
 * properties. A receiver of the same version gets exactly these bytes, so a server need not take them apart. One object
 * describes one run after another.
 */
export class PublishRun {
  topic = ''
  version: ProtocolVersion = 5
  bytes: Uint8Array = nothing
  start = 0
  end = 0
  /** How many they are. */
  count = 0
  /** The size of the largest, in bytes. */
  largest = 0
  #topicSize = 0
  /** Of the packet that `#readHeader` looked at. */
  #bodyStart = 0
  #bodyEnd = 0

  /**
   * Describes the run at `start`, where a plain publish begins; answers false where there is none. What is not plain, or
   * is refused, is left to the decoder.
   *
   * @throws MqttError 0x81 where the topic is no topic name.
   */
  find(bytes: Uint8Array, start: number, version: ProtocolVersion, maximumBytes: number, names: TopicNames): boolean {
    this.count = 0
    if (!this.#begin(bytes, start, version, maximumBytes)) return false
    this.topic = names.read(bytes, this.#bodyStart + 2, this.#bodyStart + this.#topicSize)
    const topicAt = this.#bodyStart
    do this.#take()
    while (this.#isMore(maximumBytes) && this.#hasTopicOf(topicAt))
    return true
  }

  /** Forgets the bytes. */
  clear(): void {
    this.bytes = nothing
  }

  /** Its packets, each by itself. */
  *packets(): Generator<PublishPacket> {
    const { bytes, topic, end } = this
    for (let at = this.start; at < end; at = this.#bodyEnd) {
      this.#readHeader(at, Number.POSITIVE_INFINITY)
      const payload = bytes.subarray(this.#bodyStart + this.#overhead, this.#bodyEnd)
      yield { type: 'publish', topic, payload, qos: 0, retain: false, dup: false }
    }
  }

  /** What stands before the payload: the topic, and in MQTT 5 that there are no properties. */
  get #overhead(): number {
    return this.#topicSize + (this.version === 5 ? 1 : 0)
  }

  #begin(bytes: Uint8Array, start: number, version: ProtocolVersion, maximumBytes: number): boolean {
    this.bytes = bytes
    this.start = start
    this.end = start
    this.largest = 0
    this.version = version
    if (!this.#readHeader(start, maximumBytes)) return false
    const at = this.#bodyStart
    const topicBytes = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
    this.#topicSize = 2 + topicBytes
    return topicBytes > 0 && this.#isPlain()
  }

  #take(): void {
    this.largest = Math.max(this.largest, this.#bodyEnd - this.end)
    this.end = this.#bodyEnd
    this.count++
  }

  #isMore(maximumBytes: number): boolean {
    const { bytes, start, end } = this
    if (end - start >= longestRun || !isPlainPublish(bytes, end)) return false
    return this.#readHeader(end, maximumBytes) && this.#isPlain()
  }

  /** Whether the body has room for the topic, and no properties. */
  #isPlain(): boolean {
    const topicEnd = this.#bodyStart + this.#topicSize
    return this.version === 5 ? topicEnd < this.#bodyEnd && this.bytes[topicEnd] === 0 : topicEnd <= this.#bodyEnd
  }

  #hasTopicOf(firstAt: number): boolean {
    const { bytes } = this
    const at = this.#bodyStart
    for (let i = this.#topicSize - 1; i >= 0; i--) if (bytes[at + i] !== bytes[firstAt + i]) return false
    return true
  }

  /** Finds the body of a packet that is there as a whole, is no larger than it may be, and has its length in shortest form. */
  #readHeader(start: number, maximumBytes: number): boolean {
    const { bytes } = this
    let at = start + 1
    let length = 0
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) return false
      length |= (byte & 0x7f) << shift
      if (byte < 0x80) return (byte > 0 || shift === 0) && this.#setBody(start, at, at + length, maximumBytes)
    }
    return false
  }

  #setBody(start: number, from: number, end: number, maximumBytes: number): boolean {
    this.#bodyStart = from
    this.#bodyEnd = end
    return end - from >= shortestLength && end - start <= maximumBytes && end <= this.bytes.length
  }
}
