import type { Clock } from '@daakia/protocol'
import { hasNodeModules } from './platform.js'
import type { OpenSocket } from './port.js'
import { openTcpSocket } from './tcp.js'
import { type AnyWebSocket, subprotocol, webSockets } from './web-socket.js'

/** Whether there are sockets here for urls that begin so. */
export const isReachable = (protocol: string): boolean => protocol.startsWith('ws') || hasNodeModules()

/** The sockets for a url: those of Node for TCP and TLS; a WebSocket is `ws` in Node, and elsewhere the platform's own. */
export const socketsFor = async ({ protocol }: URL, clock: Clock): Promise<OpenSocket> => {
  if (protocol.startsWith('mqtt')) return openTcpSocket
  if (!hasNodeModules()) return webSockets(platformWebSocket, clock)
  // Node 20 has no WebSocket, and that of later releases does not say why it could not connect.
  const { default: NodeWebSocket } = await import('ws')
  return webSockets((url) => new NodeWebSocket(url, subprotocol, { perMessageDeflate: false }) as AnyWebSocket, clock)
}

const platformWebSocket = (url: string): AnyWebSocket => {
  const socket: AnyWebSocket = new WebSocket(url, subprotocol)
  socket.binaryType = 'arraybuffer'
  return socket
}
