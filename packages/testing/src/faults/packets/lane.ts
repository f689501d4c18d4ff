import { Framer } from '@daakia/protocol/mqtt'
import type { WholePacket } from './packet.js'
import { kindOf } from './packet-kind.js'

/** What becomes of a packet: it arrives; it does not, and the connection breaks; or it waits with all that is behind it. */
export type Fate = 'arrives' | 'breaks' | 'waits'

export interface LaneParts {
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

/** Packets that came in one piece go on in one. */
const append = (pieces: Uint8Array[], bytes: Uint8Array): void => {
  const last = pieces.at(-1)
  const isNext = last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset
  if (isNext && last)
    pieces[pieces.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + bytes.length)
  else pieces.push(bytes)
}
