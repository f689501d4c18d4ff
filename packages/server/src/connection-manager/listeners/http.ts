import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { ByteStream, Remote } from '../byte-stream.js'
import type { Arrival } from './arrivals.js'
import { answerRequest } from './http-pages.js'
import { type DoorOptions, type Listener, openDoor } from './listener.js'
import type { Routes } from './route.js'
import type { ServerCertificate } from './server-certificate.js'
import { Handshakes, secureRemote } from './tls.js'
import { createUpgrade, type Upgrade, type UpgradeOptions } from './upgrade.js'
import { webSocketStream } from './web-socket-stream.js'

export interface HttpListenerOptions extends DoorOptions, UpgradeOptions {
  /** HTTPS and secure WebSockets, where it is there. */
  certificate?: ServerCertificate
  routes: Routes
  accept(stream: ByteStream): void
}

/** Who is at the other end of a socket of a server of Node, and the way out for one that becomes a stream. */
interface Visitor {
  remote: Remote
  leave(): void
}

/** MQTT over WebSocket at `/mqtt`, and pages. @throws the system's error when the port is taken. */
export const listenHttp = async (options: HttpListenerOptions): Promise<Listener> => {
  const visitors = new WeakMap<Duplex, Visitor>()
  const way = { visitors, options, upgrade: await createUpgrade(options) }
  const { certificate } = options
  if (certificate) return openDoor(options, secureEntrance(createSecureServer(certificate.settings), certificate, way))
  return openDoor(options, plainEntrance(createServer(), way))
}

type Entrance = (arrival: Arrival) => void

/** What becomes of those who come in. */
interface Way {
  visitors: WeakMap<Duplex, Visitor>
  options: HttpListenerOptions
  upgrade: Upgrade
}

const plainEntrance = (server: Server, way: Way): Entrance => {
  serve(server, way)
  return (arrival) => {
    way.visitors.set(arrival.socket, arrival)
    server.emit('connection', arrival.socket)
  }
}

const secureEntrance = (server: SecureServer, certificate: ServerCertificate, way: Way): Entrance => {
  const handshakes = new Handshakes(server, certificate)
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const arrival = handshakes.done(socket)
    if (arrival) way.visitors.set(socket, { remote: secureRemote(arrival, socket), leave: arrival.leave })
  })
  serve(server, way)
  return (arrival) => handshakes.start(arrival)
}

const serve = (server: Server | SecureServer, { visitors, options, upgrade }: Way): void => {
  const { routes, log, accept, limits } = options
  server.on('request', (request, response) => {
    const visitor = visitors.get(request.socket)
    if (visitor) void answerRequest(request, response, { routes, log, remote: visitor.remote })
    else request.socket.destroy()
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const visitor = visitors.get(socket)
    if (!visitor) return void socket.destroy()
    upgrade(request, socket, head, (webSocket) => {
      visitor.leave()
      const { connectBytes } = limits
      accept(webSocketStream(webSocket, socket as Socket, { remote: remoteOf(visitor, request), connectBytes }))
    })
  })
}

const remoteOf = ({ remote }: Visitor, { headers: { origin, host } }: IncomingMessage): Remote => ({
  ...remote,
  web: { ...(origin !== undefined && { origin }), ...(host !== undefined && { host }) },
})
