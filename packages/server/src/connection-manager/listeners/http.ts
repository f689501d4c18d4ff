import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ByteStream } from '../byte-stream.js'
import { type Listener, openPort } from './listener.js'
import { webSocketStream } from './web-socket-stream.js'

export interface HttpListenerOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  accept(stream: ByteStream): void
  /** The largest WebSocket message, in bytes; a client may glue many packets into one. */
  messageSizeBytes: number
}

/** MQTT over WebSocket at `/mqtt`, and `GET /healthz`. @throws the system's error when the port is taken. */
export const listenHttp = async (options: HttpListenerOptions): Promise<Listener> => {
  const server = createServer(answer)
  server.on('upgrade', upgrader(options))
  const listener = await openPort(server, options.host, options.port)
  return {
    port: listener.port,
    async close() {
      await listener.close()
      // Those that have asked for nothing yet as well; a WebSocket is none of them any more.
      server.closeAllConnections()
    },
  }
}

const answer = (request: IncomingMessage, response: ServerResponse): void => {
  const healthy = request.method === 'GET' && pathOf(request) === '/healthz'
  response.writeHead(healthy ? 200 : 404, { 'content-type': 'text/plain' })
  response.end(healthy ? 'ok\n' : 'Not found. MQTT over WebSocket is at /mqtt.\n')
}

const upgrader = ({ accept, messageSizeBytes }: HttpListenerOptions) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageSizeBytes,
    perMessageDeflate: false,
    handleProtocols: () => 'mqtt',
  })
  const open = (webSocket: WebSocket, socket: Duplex, request: IncomingMessage) =>
    accept(webSocketStream(webSocket, socket as Socket, request.headers))
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const problem = problemOf(request)
    if (problem) refuse(socket, problem)
    else sockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, socket, request))
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? ''

const problemOf = (request: IncomingMessage): string | undefined => {
  if (pathOf(request) !== '/mqtt') return '404 Not Found'
  // [MQTT-6.0.0-3] the client lists `mqtt` among its subprotocols.
  return offersMqtt(request) ? undefined : '400 Bad Request'
}

const offersMqtt = (request: IncomingMessage): boolean =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').some((name) => name.trim() === 'mqtt')

const refuse = (socket: Duplex, status: string): void => {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
