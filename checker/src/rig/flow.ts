import type { Socket } from 'node:net'

/** What the line asks of its flows at the moment. */
export interface Weather {
  blocked: boolean
  delayMs: number
}

/** So many chunks wait at most; then nothing more is read, as in a network whose buffers are full. */
const mostWaiting = 64

/** Bytes on their way from one end of a connection to the other: in order, however late. */
export class Flow {
  readonly #waiting: { bytes: Buffer; readyAt: number }[] = []
  #timer: NodeJS.Timeout | undefined
  #full = false
  #ended = false

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly weather: () => Weather,
  ) {
    from.on('data', (bytes) => this.#take(bytes))
    from.on('end', () => {
      this.#ended = true
      this.#pump()
    })
  }

  /** The weather has changed. */
  look(): void {
    const latest = performance.now() + this.weather().delayMs
    for (const each of this.#waiting) each.readyAt = Math.min(each.readyAt, latest)
    this.#pump()
  }

  #take(bytes: Buffer): void {
    this.#waiting.push({ bytes, readyAt: performance.now() + this.weather().delayMs })
    this.#pump()
  }

  #pump(): void {
    clearTimeout(this.#timer)
    while (!this.weather().blocked && !this.#full) {
      const [next] = this.#waiting
      const leftMs = (next?.readyAt ?? 0) - performance.now()
      if (next && leftMs > 0) this.#timer = setTimeout(() => this.#pump(), leftMs)
      if (!next || leftMs > 0) break
      this.#waiting.shift()
      this.#pass(next.bytes)
    }
    if (this.#waiting.length >= mostWaiting) this.from.pause()
    else this.from.resume()
    if (this.#ended && this.#waiting.length === 0) this.to.end()
  }

  #pass(bytes: Buffer): void {
    if (this.to.destroyed || this.to.write(bytes)) return
    this.#full = true
    this.to.once('drain', () => {
      this.#full = false
      this.#pump()
    })
  }
}
