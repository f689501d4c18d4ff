import type { ByteStream } from './byte-stream.js'
import { detached, joined, viewOf } from './bytes.js'
import type { Flushable, Tick } from './tick.js'

/** As many bytes are copied together for one write; what is larger goes by itself, uncopied. */
const batchBytes = 64 * 1024

const nothing = new Uint8Array(0)

/** Collects the packets of one tick and writes them at once; keeps them while the stream takes no more. */
export class PacketWriter implements Flushable {
  /** The stream takes no more until it says `drained`. */
  full = false
  /** Bytes that wait here, beyond what the stream has taken. */
  waitingBytes = 0
  /** What waits before the last piece; there is mostly nothing. */
  #pieces: Uint8Array[] | undefined
  /** The last piece: part of these bytes. It grows while each packet lies right behind the one before. */
  #bytes: Uint8Array = nothing
  #start = 0
  #end = 0
  #scheduled = false

  constructor(
    private readonly stream: ByteStream,
    private readonly tick: Tick,
    /** Called when the stream takes no more. */
    private readonly filled: () => void,
  ) {}

  /** Takes part of the bytes: one packet or several. They must not be changed afterwards. */
  write(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (bytes === this.#bytes && start === this.#end) this.#end = end
    else this.#append(bytes, start, end)
    this.waitingBytes += end - start
    if (this.waitingBytes >= batchBytes) this.flush()
    else if (!this.#scheduled) this.#schedule()
  }

  drained(): void {
    this.full = false
    this.flush()
  }

  /** Hands over everything, whatever room there is: the stream is about to end. */
  finish(): void {
    for (const piece of this.#take()) this.stream.write(piece)
  }

  flush(): void {
    this.#scheduled = false
    if (this.full || this.waitingBytes === 0) return
    const bytes = this.waitingBytes
    if (!this.#pieces) this.#put(this.#takeLast())
    else if (bytes <= batchBytes) this.#put(joined(this.#take(), bytes))
    else this.#putInBatches(this.#take())
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    if (this.#end > this.#start) {
      this.#pieces ??= []
      this.#pieces.push(viewOf(this.#bytes, this.#start, this.#end))
    }
    // What waits for long must not keep memory alive that it shares with others.
    const own = this.full ? detached(bytes, start, end) : bytes
    const moved = own === bytes ? 0 : start
    this.#bytes = own
    this.#start = start - moved
    this.#end = end - moved
  }

  #takeLast(): Uint8Array {
    const last = viewOf(this.#bytes, this.#start, this.#end)
    this.#bytes = nothing
    this.#start = 0
    this.#end = 0
    this.#pieces = undefined
    this.waitingBytes = 0
    return last
  }

  #take(): Uint8Array[] {
    const pieces = this.#pieces ?? []
    const last = this.#takeLast()
    if (last.length > 0) pieces.push(last)
    return pieces
  }

  #schedule(): void {
    this.#scheduled = true
    this.tick.add(this)
  }

  #put(bytes: Uint8Array): void {
    if (this.stream.write(bytes)) return
    this.full = true
    this.filled()
  }

  #putInBatches(pieces: readonly Uint8Array[]): void {
    let from = 0
    while (from < pieces.length && !this.full) {
      const batch = batchFrom(pieces, from)
      this.#put(batch.length === 1 ? (batch[0] as Uint8Array) : joined(batch, sizeOf(batch)))
      from += batch.length
    }
    for (const piece of pieces.slice(from)) this.#keep(piece)
  }

  /** Room is made for it later. */
  #keep(piece: Uint8Array): void {
    this.#append(piece, 0, piece.length)
    this.waitingBytes += piece.length
  }
}

/** The pieces from `from` on that fit in one batch: one at least. */
const batchFrom = (pieces: readonly Uint8Array[], from: number): readonly Uint8Array[] => {
  let bytes = pieces[from]?.length ?? 0
  let end = from + 1
  for (; end < pieces.length; end++) {
    bytes += pieces[end]?.length ?? 0
    if (bytes > batchBytes) break
  }
  return pieces.slice(from, end)
}

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((bytes, { length }) => bytes + length, 0)
