import type { Alarm, Clock } from '@daakia/protocol'

export interface KeepAliveParts {
  /** How soon a server that is gone is noticed; 0 for never. */
  seconds: number
  clock: Clock
  ping(): void
  /** Nothing has come, not even the answer to a ping. */
  dead(): void
}

/** Of the keep alive: within one nothing came, in the second the server is asked, and in the third it does not answer. */
const looks = 3

/**
 * Asks the server whether it is there when nothing came from it for a while, or nothing was sent to it (3.1.2.10). It
 * looks now and then at what happened since, so that a packet costs no timer.
 */
export class KeepAlive {
  readonly #parts: KeepAliveParts
  readonly #everyMs: number
  #alarm: Alarm | undefined
  #heard = true
  #said = true
  #asked = false

  constructor(parts: KeepAliveParts) {
    this.#parts = parts
    this.#everyMs = (parts.seconds * 1_000) / looks
    if (parts.seconds > 0) this.#wait()
  }

  /** Bytes came. */
  heard(): void {
    this.#heard = true
  }

  /** Bytes went. */
  said(): void {
    this.#said = true
  }

  stop(): void {
    this.#alarm?.cancel()
  }

  #wait(): void {
    this.#alarm = this.#parts.clock.after(this.#everyMs, () => this.#look(), 'keep-alive')
  }

  #look(): void {
    if (this.#asked && !this.#heard) this.#alarm = this.#parts.clock.after(0, () => this.#makeSure())
    else this.#goOn()
  }

  /** Where this process itself stood still, the answer may lie there, unread. */
  #makeSure(): void {
    if (this.#heard) this.#goOn()
    else this.#parts.dead()
  }

  #goOn(): void {
    this.#asked = !this.#heard || !this.#said
    if (this.#asked) this.#parts.ping()
    this.#heard = false
    this.#said = this.#asked
    this.#wait()
  }
}
