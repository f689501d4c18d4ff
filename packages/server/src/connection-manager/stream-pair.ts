import type { ByteStream, ByteStreamEvents } from './byte-stream.js'

/** As much may wait for the other end before `write` answers false. */
const roomBytes = 64 * 1024

/** What follows it runs as a microtask, for which Node makes less than for one of `queueMicrotask`. */
const now = Promise.resolve()

/**
 * Two ends of one stream in this process: what is written to one is read from the other, in order, a microtask
 * later. No timer and no socket takes part, so the same calls always have the same effects.
 */
export const streamPair = (): readonly [ByteStream, ByteStream] => {
  const one = new PairEnd()
  const other = new PairEnd()
  one.join(other)
  other.join(one)
  return [one, other]
}

class PairEnd implements ByteStream {
  readonly remote = { address: 'in-process', loopback: true }
  #events: ByteStreamEvents | undefined
  #peer: PairEnd = this
  #arriving: Uint8Array[] = []
  #arrivingBytes = 0
  #paused = false
  #peerEnded = false
  #closed = false
  #peerWaits = false
  #scheduled = false

  join(peer: PairEnd): void {
    this.#peer = peer
  }

  open(events: ByteStreamEvents): void {
    this.#events = events
    this.#schedule()
  }

  write(bytes: Uint8Array): boolean {
    return this.#closed || this.#peer.#arrive(bytes)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  end(): void {
    void now.then(() => this.#close())
  }

  destroy(): void {
    this.#peer.#arriving = []
    this.end()
  }

  #arrive(bytes: Uint8Array): boolean {
    if (this.#closed) return true
    this.#arriving.push(bytes)
    this.#arrivingBytes += bytes.length
    this.#schedule()
    this.#peerWaits ||= this.#arrivingBytes > roomBytes
    return !this.#peerWaits
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed || !this.#events) return
    this.#scheduled = true
    void now.then(() => this.#deliver())
  }

  #deliver(): void {
    this.#scheduled = false
    while (!this.#paused && !this.#closed) {
      const bytes = this.#arriving.shift()
      if (!bytes) break
      this.#arrivingBytes -= bytes.length
      this.#events?.data(bytes)
    }
    if (this.#closed || this.#arriving.length > 0) return
    if (this.#peerEnded) this.#close()
    else if (this.#peerWaits) this.#makeRoom()
  }

  #makeRoom(): void {
    this.#peerWaits = false
    this.#peer.#events?.drained()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#arriving = []
    this.#events?.closed()
    this.#peer.#peerEnded = true
    this.#peer.#schedule()
  }
}
