import type { Socket } from 'node:net'

/** Writes the same publishes over and over, as fast as the server reads them. */
export class Flooder {
  /** Publishes that were written. */
  published = 0
  #running = true

  constructor(
    private readonly socket: Socket,
    private readonly batch: { bytes: Uint8Array; messages: number },
  ) {
    // What the server acknowledges is of no interest.
    socket.resume()
    socket.on('drain', () => this.#pump())
    this.#pump()
  }

  stop(): void {
    this.#running = false
    this.socket.destroy()
  }

  #pump(): void {
    let room = true
    while (room && this.#running && !this.socket.destroyed) {
      room = this.socket.write(this.batch.bytes)
      this.published += this.batch.messages
    }
  }
}
