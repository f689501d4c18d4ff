import type { Socket as NetSocket } from 'node:net'
import { nodeModule } from './platform.js'
import type { OpenSocket, Socket, SocketEvents } from './port.js'

const ports: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883 }
/** What the kernel gives at once at most: what Node itself reads with. */
const readBytes = 64 * 1024

/** `mqtt:` over TCP and `mqtts:` over TLS, with the sockets of Node. */
export const openTcpSocket: OpenSocket = (url, events) => new TcpSocket(connect(url, events), url.protocol, events)

const connect = (url: URL, { data }: SocketEvents): NetSocket => {
  const net = nodeModule('node:net')
  // A URL has an IPv6 address in brackets.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || (ports[url.protocol] as number)
  const options = { host, port, onread: readInPlace(data) }
  // Nagle's algorithm would hold what follows an unacknowledged packet back, for some 40 ms (RFC 896, RFC 1122 4.2.3.2).
  if (url.protocol === 'mqtt:') return net.connect({ ...options, noDelay: true })
  const servername = net.isIP(host) === 0 ? { servername: host } : {}
  return nodeModule('node:tls')
    .connect({ ...options, ...servername })
    .setNoDelay(true)
}

/** Each read fills one buffer, without a stream, and is copied out of it in its exact size. */
const readInPlace = (data: (bytes: Uint8Array) => void) => ({
  buffer: new Uint8Array(readBytes),
  callback: (length: number, buffer: Uint8Array): boolean => {
    data(buffer.slice(0, length))
    return true
  },
})

class TcpSocket implements Socket {
  readonly #socket: NetSocket

  constructor(socket: NetSocket, protocol: string, events: SocketEvents) {
    this.#socket = socket
    let failure: Error | undefined
    socket.once(protocol === 'mqtts:' ? 'secureConnect' : 'connect', () => events.opened())
    socket.on('drain', () => events.drained())
    socket.on('error', (error) => {
      failure = error
    })
    socket.once('close', () => events.closed(failure))
  }

  write(bytes: readonly Uint8Array[]): boolean {
    const socket = this.#socket
    if (!socket.writable) return true
    if (bytes.length === 1) return socket.write(bytes[0] as Uint8Array)
    socket.cork()
    for (const each of bytes) socket.write(each)
    socket.uncork()
    return !socket.writableNeedDrain
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
