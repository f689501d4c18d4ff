import type { ByteStream } from './byte-stream.js'
import type { Flushable, Tick } from './tick.js'

/** As many bytes are copied together for one write; what is larger goes by itself, uncopied. */
const batchBytes = 64 * 1024

/** Collects the packets of one tick and writes them at once; keeps them while the stream takes no more. */
export class PacketWriter implements Flushable {
  /** The stream takes no more until it says `drained`. */
  full = false
  #packets: Uint8Array[] = []
  #bytes = 0
  #scheduled = false

  constructor(
    private readonly stream: ByteStream,
    private readonly tick: Tick,
    /** Called when the stream takes no more. */
    private readonly filled: () => void,
  ) {}

  /** Bytes that wait here, beyond what the stream has taken. */
  get waitingBytes(): number {
    return this.#bytes
  }

  write(packet: Uint8Array): void {
    this.#packets.push(packet)
    this.#bytes += packet.length
    if (this.#bytes >= batchBytes) this.flush()
    else if (!this.#scheduled) this.#schedule()
  }

  drained(): void {
    this.full = false
    this.flush()
  }

  /** Hands over everything, whatever room there is: the stream is about to end. */
  finish(): void {
    for (const packet of this.#packets) this.stream.write(packet)
    this.#packets = []
    this.#bytes = 0
  }

  flush(): void {
    this.#scheduled = false
    if (this.full || this.#bytes === 0) return
    const packets = this.#packets
    const bytes = this.#bytes
    this.#packets = []
    this.#bytes = 0
    if (bytes <= batchBytes) this.#put(packets.length === 1 ? packets[0] : join(packets, 0, packets.length, bytes))
    else this.#putInBatches(packets)
  }

  #schedule(): void {
    this.#scheduled = true
    this.tick.add(this)
  }

  #put(bytes: Uint8Array | undefined): void {
    if (!bytes || this.stream.write(bytes)) return
    this.full = true
    this.filled()
  }

  #putInBatches(packets: readonly Uint8Array[]): void {
    let from = 0
    while (from < packets.length && !this.full) {
      const { end, bytes } = batchFrom(packets, from)
      this.#put(end - from === 1 ? packets[from] : join(packets, from, end, bytes))
      from = end
    }
    this.#packets = packets.slice(from)
    for (const packet of this.#packets) this.#bytes += packet.length
  }
}

/** The packets from `from` on that fit in one batch: one at least. */
const batchFrom = (packets: readonly Uint8Array[], from: number): { end: number; bytes: number } => {
  let bytes = packets[from]?.length ?? 0
  let end = from + 1
  for (; end < packets.length; end++) {
    const more = packets[end]?.length ?? 0
    if (bytes + more > batchBytes) break
    bytes += more
  }
  return { end, bytes }
}

const join = (packets: readonly Uint8Array[], from: number, end: number, bytes: number): Uint8Array => {
  const joined = Buffer.allocUnsafe(bytes)
  for (let i = from, at = 0; i < end; i++) {
    const packet = packets[i]
    if (!packet) break
    joined.set(packet, at)
    at += packet.length
  }
  return joined
}
