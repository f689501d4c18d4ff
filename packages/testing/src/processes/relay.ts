import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { OpenSocket } from '@daakia/client-sdk/internal'
import { loopback, urlOf } from './loopback.js'

/** What the process of a bot connects to, so that all that it says and hears goes by way of the test. */
export class Relay {
  /** Nothing is read of a connection before there is one with the server. */
  readonly #listener = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) =>
    this.#join(socket),
  )
  readonly #travelled: () => void
  /** Where the next connection leads. */
  #way: OpenSocket | undefined
  #isAbandoned = false
  #port = 0

  private constructor(travelled: () => void) {
    this.#travelled = travelled
    // A test that leaves it open fails, and does not go on for ever.
    this.#listener.unref()
  }

  /** @param travelled called whenever bytes go in either direction */
  static async open(travelled: () => void): Promise<Relay> {
    const relay = new Relay(travelled)
    relay.#listener.listen(0, loopback)
    await once(relay.#listener, 'listening')
    relay.#port = (relay.#listener.address() as AddressInfo).port
    return relay
  }

  get port(): number {
    return this.#port
  }

  /** The next connection, which is about to be made, goes on by this way. Answers the port to connect to. */
  leads(way: OpenSocket): number {
    this.#way = way
    return this.#port
  }

  /** The process has been killed: its connections break without a goodbye, and no more are made. */
  abandon(): void {
    this.#isAbandoned = true
    this.#listener.close()
  }

  #join(near: Socket): void {
    const way = this.#way
    this.#way = undefined
    // Somebody else on this machine.
    if (!way) return void near.destroy()
    const far = way(urlOf(this.#port), {
      opened: () => void near.resume(),
      drained: () => {},
      data: (bytes) => {
        this.#travelled()
        near.write(bytes)
      },
      closed: () => void near.resume().end(),
    })
    near.on('data', (bytes) => {
      this.#travelled()
      far.write([bytes])
    })
    near.once('end', () => (this.#isAbandoned ? far.destroy() : far.end()))
    // The socket closes then.
    near.on('error', () => {})
    near.once('close', (hasFailed) => hasFailed && far.destroy())
  }
}
