import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** One end of a connection. */
export interface End {
  /** The ports of both ends tell connections apart. */
  client: number
  server: number
  /** Bytes. */
  read: number
  written: number
}

type Side = 'client' | 'server'

interface Connected {
  client: number
  server: number
  socket: Socket
}

/** The ends that this process has of connections with servers: of the side of the clients, or of the server. */
export class Ends {
  readonly #side: Side
  /** Ports of servers. */
  readonly #servers = new Set<number>()
  readonly #open = new Set<Connected>()

  constructor(side: Side) {
    this.#side = side
    subscribe(`net.${side}.socket`, this.#made)
  }

  /** Counts connections with the server of this port from now on. */
  count(port: number): void {
    this.#servers.add(port)
  }

  /** Those that are open. */
  get all(): End[] {
    return [...this.#open].map(({ client, server, socket: { bytesRead, bytesWritten } }) => ({
      ...{ client, server, read: bytesRead, written: bytesWritten },
    }))
  }

  close(): void {
    unsubscribe(`net.${this.#side}.socket`, this.#made)
  }

  /** Node tells of each socket when it is made. */
  readonly #made = (event: unknown): void => {
    const { socket } = event as { socket: Socket }
    if (this.#side === 'client') socket.once('connect', () => this.#add(socket, socket.remotePort, socket.localPort))
    else this.#add(socket, socket.localPort, socket.remotePort)
  }

  #add(socket: Socket, server: number | undefined, client: number | undefined): void {
    if (server === undefined || client === undefined || !this.#servers.has(server)) return
    const connected = { client, server, socket }
    this.#open.add(connected)
    socket.once('close', () => this.#open.delete(connected))
  }
}
