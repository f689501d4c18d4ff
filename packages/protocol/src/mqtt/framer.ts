import { malformed } from './error.js'
import { variableIntegerSize } from './writer.js'

export interface HeaderCheck {
  /** Called as soon as a header is complete, before its body is awaited; throws what refuses the packet. */
  checkHeader(firstByte: number, sizeBytes: number): void
}

const nothing = new Uint8Array(0)
const longestLength = 4
const longestHeader = 1 + longestLength
const smallestCapacity = 256

/**
 * Finds the packets in a stream of bytes that is cut anywhere. A packet that lies in one chunk is used in place; one
 * that is cut is gathered in a buffer of its own, which grows with what has arrived and never beyond the packet.
 */
export class Framer {
  /** The packet that `next` found: its bytes, where it and its body start, and where it ends. */
  bytes: Uint8Array = nothing
  start = 0
  firstByte = 0
  bodyStart = 0
  end = 0
  /** Whether its Remaining Length was in the shortest form. */
  minimal = true

  readonly #check: HeaderCheck
  /** Chunks that came before the one at hand was read; absent most of the time. */
  #waiting: Uint8Array[] | undefined
  #chunk: Uint8Array = nothing
  #position = 0
  /** A packet whose beginning has arrived; absent most of the time. */
  #partial: Uint8Array | undefined
  #filled = 0
  /** Of the packet whose header was read last, its header included; 0 while there is none. */
  #size = 0
  #headerSize = 0

  constructor(check: HeaderCheck) {
    this.#check = check
  }

  push(chunk: Uint8Array): void {
    if (this.#waiting) this.#waiting.push(chunk)
    else if (this.#position < this.#chunk.length) this.#waiting = [chunk]
    else this.#open(chunk)
  }

  /** What was pushed and not yet looked at begins here in `chunk`. */
  get position(): number {
    return this.#position
  }

  /** The chunk that is being read. While a packet is being gathered from several, none is. */
  get chunk(): Uint8Array {
    return this.#partial ? nothing : this.#chunk
  }

  /** Whether a packet has begun and is not whole yet. */
  get isWithin(): boolean {
    return this.#partial !== undefined
  }

  /** Somebody else has read `chunk` up to here. */
  skipTo(position: number): void {
    this.#position = position
  }

  /** Whether there is a whole packet, which the fields then describe. @throws MqttError */
  next(): boolean {
    do {
      if (this.#partial ? this.#gather(this.#partial) : this.#findInPlace()) return true
    } while (this.#openWaiting())
    this.#forget()
    return false
  }

  #findInPlace(): boolean {
    const left = this.#chunk.length - this.#position
    if (this.#readHeader(this.#chunk, this.#position, left) && this.#size <= left) {
      this.#found(this.#chunk, this.#position)
      this.#position = this.end
      return true
    }
    if (left > 0) this.#startPartial(left)
    return false
  }

  #startPartial(left: number): void {
    this.#partial = new Uint8Array(this.#size === 0 ? longestHeader : this.#capacityFor(left))
    this.#partial.set(this.#chunk.subarray(this.#position))
    this.#filled = left
    this.#position = this.#chunk.length
  }

  /** Moves bytes from the chunk to the partial packet. While its header is incomplete, one at a time. */
  #gather(partial: Uint8Array): boolean {
    let buffer = partial
    while (this.#position < this.#chunk.length) {
      const wanted = this.#size === 0 ? 1 : this.#size - this.#filled
      buffer = this.#append(buffer, Math.min(wanted, this.#chunk.length - this.#position))
      if (this.#size === 0) this.#readHeader(buffer, 0, this.#filled)
      if (this.#size === this.#filled) {
        this.#partial = undefined
        this.#found(buffer, 0)
        return true
      }
    }
    return false
  }

  #append(buffer: Uint8Array, count: number): Uint8Array {
    const grown = this.#withRoom(buffer, this.#filled + count)
    grown.set(this.#chunk.subarray(this.#position, this.#position + count), this.#filled)
    this.#filled += count
    this.#position += count
    this.#partial = grown
    return grown
  }

  #withRoom(buffer: Uint8Array, needed: number): Uint8Array {
    if (needed <= buffer.length) return buffer
    const grown = new Uint8Array(this.#capacityFor(needed))
    grown.set(buffer.subarray(0, this.#filled))
    return grown
  }

  /** Twice what has arrived, so that a packet that comes byte by byte is not copied for every byte. */
  #capacityFor(arrived: number): number {
    return Math.min(this.#size, Math.max(smallestCapacity, arrived * 2))
  }

  #found(bytes: Uint8Array, start: number): void {
    this.bytes = bytes
    this.start = start
    this.bodyStart = start + this.#headerSize
    this.end = start + this.#size
  }

  /** Reads type and Remaining Length (2.1); answers false while they are incomplete. */
  #readHeader(bytes: Uint8Array, start: number, available: number): boolean {
    this.#size = 0
    let length = 0
    for (let i = 1; i < available; i++) {
      const byte = bytes[start + i] as number
      length |= (byte & 0x7f) << (7 * (i - 1))
      if (byte < 0x80) {
        this.#acceptHeader(bytes[start] as number, i, length)
        return true
      }
      if (i === longestLength) throw malformed('Remaining Length is longer than four bytes (1.5.5)')
    }
    return false
  }

  #acceptHeader(firstByte: number, lengthBytes: number, length: number): void {
    const size = 1 + lengthBytes + length
    this.#check.checkHeader(firstByte, size)
    this.firstByte = firstByte
    this.minimal = lengthBytes === variableIntegerSize(length)
    this.#headerSize = 1 + lengthBytes
    this.#size = size
  }

  #open(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#position = 0
  }

  #openWaiting(): boolean {
    const chunk = this.#waiting?.shift()
    if (chunk) this.#open(chunk)
    else this.#waiting = undefined
    return chunk !== undefined
  }

  /** Holds on to no chunk that has been read. */
  #forget(): void {
    this.#open(nothing)
    this.bytes = nothing
  }
}
