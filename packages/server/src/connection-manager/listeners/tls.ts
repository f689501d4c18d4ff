import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { ByteStream, Remote } from '../byte-stream.js'
import type { Arrival } from './arrivals.js'
import { clientCertificateOf } from './client-certificate.js'
import { type DoorOptions, type Listener, openDoor } from './listener.js'
import type { ServerCertificate } from './server-certificate.js'
import { socketStream } from './socket-stream.js'

export interface TlsListenerOptions extends DoorOptions {
  certificate: ServerCertificate
  accept(stream: ByteStream): void
}

/** MQTT over TLS. @throws the system's error when the port is taken. */
export const listenTls = (options: TlsListenerOptions): Promise<Listener> => {
  const server = createServer(options.certificate.settings)
  const handshakes = new Handshakes(server, options.certificate)
  server.on('secureConnection', (socket) => {
    const arrival = handshakes.done(socket)
    if (!arrival) return
    arrival.leave()
    options.accept(socketStream(socket, secureRemote(arrival, socket)))
  })
  return openDoor(options, (arrival) => handshakes.start(arrival))
}

/** What TLS adds to what is known of the peer. */
export const secureRemote = ({ remote }: Arrival, socket: TLSSocket): Remote => {
  const certificate = clientCertificateOf(socket)
  return { ...remote, secure: true, ...(certificate && { certificate }) }
}

/**
 * Sockets in a handshake with a server of Node, which does not say on which of them a TLS socket lies that has come out
 * of it. Both name the same two ends.
 */
export class Handshakes {
  readonly #arrivals = new Map<string, Arrival>()

  constructor(
    private readonly server: Server,
    certificate: ServerCertificate,
  ) {
    certificate.serve(server)
  }

  start(arrival: Arrival): void {
    const { socket } = arrival
    const ends = endsOf(socket)
    this.#arrivals.set(ends, arrival)
    socket.once('close', () => {
      if (this.#arrivals.get(ends) === arrival) this.#arrivals.delete(ends)
    })
    this.server.emit('connection', socket)
  }

  /** `undefined`, and the socket is closed, where what it lies on has gone. */
  done(socket: TLSSocket): Arrival | undefined {
    const arrival = this.#arrivals.get(endsOf(socket))
    if (!arrival) socket.destroy()
    return arrival
  }
}

const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  [remoteAddress, remotePort, localAddress, localPort].join(' ')
