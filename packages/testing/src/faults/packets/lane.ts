import { Framer } from '@daakia/protocol/mqtt'
import type { WholePacket } from './packet.js'
import { kindOf } from './packet-kind.js'

/** Of the fourth byte of a Remaining Length, which is the last. */
const longestShift = 21

/** What becomes of a packet: it arrives; it does not, and the connection breaks; or it waits with all that is behind it. */
export type Fate = 'arrives' | 'breaks' | 'waits'

export interface LaneParts {
  /** Whether `judge` has to be asked: where it does not, packets arrive. */
  isJudged(): boolean
  /** Asked of each packet, in their order. */
  judge(packet: WholePacket): Fate
  arrives(pieces: readonly Uint8Array[]): void
  breaks(): void
  waits(): void
}

/** One direction of a stream, packet by packet. A packet that is not whole yet is kept here until it is. */
export class Lane {
  readonly #parts: LaneParts
  readonly #framer = new Framer({ checkHeader: () => {} })
  #isOver = false

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return
    if (!this.#framer.isWithin && !this.#parts.isJudged() && areWhole(chunk)) {
      this.#parts.arrives([chunk])
      return
    }
    this.#pushJudged(chunk)
  }

  #pushJudged(chunk: Uint8Array): void {
    this.#framer.push(chunk)
    let pieces: Uint8Array[] = []
    while (!this.#isOver && this.#framer.next()) {
      const packet = this.#found()
      const fate = this.#parts.judge(packet)
      if (fate === 'arrives') {
        append(pieces, packet.bytes)
        continue
      }
      this.#arrive(pieces)
      pieces = []
      if (fate === 'breaks') {
        this.#break()
        return
      }
      this.#parts.waits()
      append(pieces, packet.bytes)
    }
    this.#arrive(pieces)
  }

  /** Nothing of it arrives any more. */
  end(): void {
    this.#isOver = true
  }

  #found(): WholePacket {
    const { bytes, start, bodyStart, end, firstByte } = this.#framer
    return { kind: kindOf(firstByte), bytes: bytes.subarray(start, end), bodyStart: bodyStart - start }
  }

  #arrive(pieces: readonly Uint8Array[]): void {
    if (pieces.length > 0) this.#parts.arrives(pieces)
  }

  #break(): void {
    this.end()
    this.#parts.breaks()
  }
}

/** Whether nothing but whole packets lies in it (2.1). */
const areWhole = (chunk: Uint8Array): boolean => {
  let at = 0
  while (at < chunk.length) {
    let length = 0
    let byte = 0x80
    for (let shift = 0; byte >= 0x80; shift += 7) {
      at += 1
      byte = chunk[at] ?? 0
      if (at >= chunk.length || shift > longestShift) return false
      length += (byte & 0x7f) << shift
    }
    at += 1 + length
  }
  return at === chunk.length
}

/** Packets that came in one piece go on in one. */
const append = (pieces: Uint8Array[], bytes: Uint8Array): void => {
  const last = pieces.at(-1)
  const isNext = last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset
  if (isNext && last)
    pieces[pieces.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + bytes.length)
  else pieces.push(bytes)
}
