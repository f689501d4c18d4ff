import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { ConnectionLimits } from '../limits.js'
import { mqttPath, pathOf } from './http-pages.js'
import type { OriginCheck } from './origins.js'

export interface UpgradeOptions {
  /** Looked at anew for each WebSocket: they may become others. */
  limits: Pick<ConnectionLimits, 'connectBytes' | 'packetSizeBytes'>
  allowsOrigin: OriginCheck
}

const protocol = 'mqtt'

export type Upgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  open: (webSocket: WebSocket) => void,
) => void

/** Makes WebSockets of requests that ask for MQTT, and refuses the others with what is wrong about them. */
export const createUpgrade = async ({ limits, allowsOrigin }: UpgradeOptions): Promise<Upgrade> => {
  // Loaded where a door needs it: a server without one, as in tests of bots, starts without it.
  const { WebSocketServer } = await import('ws')
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
    handleProtocols: () => protocol,
  })
  return (request, socket, head, open) => {
    const refusal = refusalOf(request, allowsOrigin)
    // The largest message: a client may glue many packets into one.
    sockets.options.maxPayload = 2 * limits.packetSizeBytes
    if (refusal) refuse(socket, refusal)
    else sockets.handleUpgrade(request, socket, head, open)
  }
}

interface Refusal {
  status: number
  reason: string
}

const refusalOf = (request: IncomingMessage, allowsOrigin: OriginCheck): Refusal | undefined => {
  if (pathOf(request) !== mqttPath) return { status: 404, reason: `MQTT over WebSocket is at ${mqttPath}.` }
  if (!allowsOrigin(request.headers))
    return { status: 403, reason: 'Pages of this origin may not connect. List it in listen.origins of the server.' }
  // [MQTT-6.0.0-3] the client lists `mqtt` among its subprotocols.
  if (!offersMqtt(request)) return { status: 400, reason: 'Offer the WebSocket subprotocol mqtt.' }
  return undefined
}

const offersMqtt = (request: IncomingMessage): boolean =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').some((name) => name.trim() === protocol)

const refuse = (socket: Duplex, { status, reason }: Refusal): void => {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(reason) + 1}`,
  ]
  socket.on('error', () => {})
  socket.on('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${reason}\n`)
}
