/**
 * Counts those who are on their way to their CONNECT, wherever they are: before a PROXY header, in a TLS handshake, in
 * an HTTP request, or on a stream that has said nothing yet. There is one for all doors of a server.
 */
export class WaitingRoom {
  #waiting = 0

  constructor(private readonly places: number) {}

  /** Takes a place; false where none is left. */
  enter(): boolean {
    if (this.#waiting >= this.places) return false
    this.#waiting++
    return true
  }

  leave(): void {
    this.#waiting--
  }
}
