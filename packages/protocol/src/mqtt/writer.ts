import { MqttError, malformed } from './error.js'
import { ReasonCode } from './reason-codes.js'
import { encodeUtf8, utf8Length, writeAscii } from './utf8.js'

/** The largest Variable Byte Integer, and so the longest packet without its header (MQTT 5, 1.5.5). */
export const largestVariableInteger = 268_435_455

const longestBlock = 0xffff
/** A packet type and a Remaining Length of four bytes: the room that is kept for a header. */
const longestHeader = 5
const nothing = new Uint8Array(0)

/** Most packets other than PUBLISH fit; engines make typed arrays up to this size fastest. */
const usualSize = 64

/** How many bytes a Variable Byte Integer takes. */
export const variableIntegerSize = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4

/** How many bytes a string takes with its length. @throws MqttError as `utf8Length` does. */
export const stringSize = (text: string): number => 2 + utf8Length(text)

/** @throws MqttError 0x95 where MQTT can't say so long a length. */
export const checkRemainingLength = (length: number): void => {
  if (length > largestVariableInteger) throw new MqttError(ReasonCode.PacketTooLarge, 'The packet is too long for MQTT')
}

/** Writes MQTT's data types (MQTT 5, 1.5) into a buffer that grows; given its exact size, it never has to. */
export class Writer {
  bytes: Uint8Array
  position = 0
  /** Where the packet that was begun last starts. */
  packetStart = 0

  /** @param chunkBytes the least that is taken for packets of known size, which then share it. */
  constructor(
    capacityBytes: number,
    private readonly chunkBytes = 0,
  ) {
    this.bytes = capacityBytes === 0 ? nothing : new Uint8Array(capacityBytes)
  }

  /** A writer for a body whose length is not known: leaves room for the header, which `withHeader` fills. */
  static forBody(): Writer {
    const writer = new Writer(usualSize)
    writer.position = longestHeader
    return writer
  }

  /** Puts the header before the body, and answers the whole packet. */
  withHeader(firstByte: number): Uint8Array {
    const { bytes, position: end } = this
    const length = end - longestHeader
    checkRemainingLength(length)
    const start = longestHeader - 1 - variableIntegerSize(length)
    this.position = start
    this.byte(firstByte)
    this.variableInteger(length)
    return bytes.subarray(start, end)
  }

  /** Makes room for a packet of at most this size: behind the one before, which stays where it is, or in a new chunk. */
  begin(sizeBytes: number): void {
    if (this.position + sizeBytes > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(sizeBytes, this.chunkBytes))
      this.position = 0
    }
    this.packetStart = this.position
  }

  byte(value: number): void {
    this.#reserve(1)
    this.bytes[this.position++] = value
  }

  uint16(value: number): void {
    this.#reserve(2)
    this.bytes[this.position++] = value >>> 8
    this.bytes[this.position++] = value
  }

  uint32(value: number): void {
    this.uint16(value >>> 16)
    this.uint16(value & 0xffff)
  }

  variableInteger(value: number): void {
    let left = value
    while (left >= 0x80) {
      this.byte((left & 0x7f) | 0x80)
      left >>>= 7
    }
    this.byte(left)
  }

  string(text: string): void {
    const start = this.position + 2
    this.#reserve(2 + text.length)
    if (writeAscii(text, this.bytes, start)) {
      this.uint16(text.length)
      this.position = start + text.length
    } else this.#writeEncoded(text)
  }

  #writeEncoded(text: string): void {
    const length = utf8Length(text)
    if (length > longestBlock) throw malformed('A string is longer than 65,535 bytes (1.5.4)')
    this.uint16(length)
    this.#reserve(length)
    encodeUtf8(text, length, this.bytes, this.position)
    this.position += length
  }

  /** Binary data with its length. */
  binary(data: Uint8Array): void {
    if (data.length > longestBlock) throw malformed('Binary data is longer than 65,535 bytes (1.5.6)')
    this.uint16(data.length)
    this.raw(data)
  }

  /** Bytes without their length. */
  raw(data: Uint8Array): void {
    this.#reserve(data.length)
    this.bytes.set(data, this.position)
    this.position += data.length
  }

  /** Part of a packet that is there already. */
  copy(from: Uint8Array, start: number, end: number): void {
    if (from === this.bytes) {
      from.copyWithin(this.position, start, end)
      this.position += end - start
    } else this.raw(from.subarray(start, end))
  }

  #reserve(count: number): void {
    const needed = this.position + count
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes)
    this.bytes = larger
  }
}
