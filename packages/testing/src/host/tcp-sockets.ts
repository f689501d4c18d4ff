import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { type OpenSocket, openTcpSocket } from '@daakia/client-sdk/internal'
import type { Sockets } from './sockets.js'

/** The two ends of a connection, both in this process. Node tells of each when it is made. */
interface Ends {
  client?: Socket
  server?: Socket
}

/** Ways over TCP to a server in this process, from clients who are in it, too. */
export const tcpSockets = (host: string, port: number): Sockets => new TcpSockets(host, port)

class TcpSockets implements Sockets {
  readonly #url: URL
  readonly #port: number
  /** By the client's port. */
  readonly #connections = new Map<number, Ends>()
  #connecting = 0
  #made: Socket | undefined

  constructor(host: string, port: number) {
    this.#url = new URL(`mqtt://${host}:${port}`)
    this.#port = port
    subscribe('net.client.socket', this.#begun)
    subscribe('net.server.socket', this.#accepted)
  }

  /** Sockets of the SDK, whose connecting counts, too. */
  readonly open: OpenSocket = (_, events) => {
    let isConnecting = true
    const settled = () => {
      if (isConnecting) this.#connecting -= 1
      isConnecting = false
    }
    this.#connecting += 1
    const socket = openTcpSocket(this.#url, {
      data: (bytes) => events.data(bytes),
      drained: () => events.drained(),
      opened: () => {
        settled()
        events.opened()
      },
      closed: (error) => {
        settled()
        events.closed(error)
      },
    })
    this.#follow(this.#made)
    return socket
  }

  get underWay(): boolean {
    return this.#connecting > 0 || [...this.#connections.values()].some(isUnderWay)
  }

  /** Its clients hear of it, and nothing that the server still writes arrives. */
  cut(): void {
    for (const { client, server } of this.#connections.values()) {
      server?.destroy()
      client?.destroy()
    }
    this.close()
  }

  close(): void {
    unsubscribe('net.client.socket', this.#begun)
    unsubscribe('net.server.socket', this.#accepted)
  }

  readonly #begun = (event: unknown): void => {
    this.#made = (event as { socket: Socket }).socket
  }

  #follow(socket: Socket | undefined): void {
    socket?.once('connect', () => this.#add(socket.localPort, { client: socket }))
  }

  readonly #accepted = (event: unknown): void => {
    const { socket } = event as { socket: Socket }
    if (socket.localPort === this.#port) this.#add(socket.remotePort, { server: socket })
  }

  #add(port: number | undefined, end: Ends): void {
    if (port === undefined) return
    const ends = Object.assign(this.#connections.get(port) ?? {}, end)
    this.#connections.set(port, ends)
    // The port may be another connection's when both are closed.
    const over = () => ends.client?.closed && ends.server?.closed && this.#connections.delete(port)
    for (const socket of Object.values(end)) (socket as Socket).once('close', over)
  }
}

const isUnderWay = ({ client, server }: Ends): boolean =>
  !client ||
  !server ||
  client.closed !== server.closed ||
  client.bytesWritten !== server.bytesRead ||
  server.bytesWritten !== client.bytesRead
