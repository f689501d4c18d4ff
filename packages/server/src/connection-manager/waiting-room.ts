import type { Counters } from '../counters.js'
import { countLimit } from '../limits/refuse.js'
import type { ConnectionLimits } from './limits.js'

export interface WaitingRoomOptions {
  limits: Pick<ConnectionLimits, 'connectTimeoutMs' | 'unconnectedStreams'>
  counters: Counters
}

/**
 * Counts those who are on their way to their CONNECT, wherever they are: before a PROXY header, in a TLS handshake, in
 * an HTTP request, or on a stream that has said nothing yet. There is one for all doors of a server.
 */
export class WaitingRoom {
  #waiting = 0

  constructor(private readonly options: WaitingRoomOptions) {}

  /** As long one may stay before it is a stream, and once more before its CONNECT. */
  get limitMs(): number {
    return this.options.limits.connectTimeoutMs
  }

  /** Takes a place; false where none is left. */
  enter(): boolean {
    const { limits, counters } = this.options
    const isFree = this.#waiting < limits.unconnectedStreams
    if (isFree) this.#waiting++
    else countLimit(counters, 'server', 'unconnectedStreams')
    return isFree
  }

  leave(): void {
    this.#waiting--
  }

  /** Somebody has stayed for too long. It still has to leave. */
  overstayed(): void {
    countLimit(this.options.counters, 'connection', 'connectTimeoutMs')
  }
}
