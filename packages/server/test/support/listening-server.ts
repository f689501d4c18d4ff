import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectSecurely, type TLSSocket } from 'node:tls'
import type { ProtocolVersion } from '@daakia/protocol/mqtt'
import { onTestFinished } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import type { ByteStream } from '../../src/connection-manager/byte-stream.js'
import { socketStream } from '../../src/connection-manager/listeners/socket-stream.js'
import {
  createServer,
  type LogFields,
  memoryKeyValue,
  type Ports,
  type Server,
  type ServerOptions,
} from '../../src/index.js'
import { CollectedLog } from './collected-log.js'
import { ManualClock } from './manual-clock.js'
import { Peer } from './peer.js'

export interface ListeningOptions extends Partial<Omit<ServerOptions, 'storage' | 'clock' | 'log' | 'random'>> {
  clock?: ManualClock
}

/** A whole server with its doors open on loopback, in virtual time. */
export interface ListeningServer {
  readonly server: Server
  readonly clock: ManualClock
  readonly log: CollectedLog
  readonly ports: Ports
  /** Who has connected, in order, as the log tells it. */
  connected(): LogFields[]
  /** Why connections were refused, in order, as the log tells it. */
  refused(): LogFields[]
}

/** For development where no authentication is given; `listen` takes a free TCP port where it is absent. */
export const openServer = async (options: ListeningOptions = {}): Promise<ListeningServer> => {
  const [clock, log] = [options.clock ?? new ManualClock(), new CollectedLog()]
  const server = createServer({
    ...(options.authentication ? {} : { dev: true }),
    ...options,
    listen: options.listen ?? { mqttPort: 0 },
    storage: memoryKeyValue(),
    ...{ clock, log },
  })
  onTestFinished(() => server.close())
  return {
    ...{ server, clock, log, ports: await server.start() },
    connected: () => log.all('Connected'),
    refused: () => log.all('Refused a connection'),
  }
}

/** What keeps a server from starting. */
export const startFailure = async (options: ListeningOptions): Promise<unknown> => {
  try {
    await openServer(options)
  } catch (error) {
    return error
  }
  throw new Error('The server has started')
}

const host = '127.0.0.1'

/** A TCP socket on which nothing was said yet. */
export const rawSocket = async (port = 0): Promise<Socket> => {
  const socket = createConnection(port, host)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Resolves with what has come when the other end closes. */
export const untilClosed = async (socket: Socket): Promise<Buffer> => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks)
}

/** A raw client over TLS. Rejects where the handshake fails. */
export const tlsSocket = async (port = 0, options: ConnectionOptions = {}): Promise<TLSSocket> => {
  const socket = connectSecurely({ host, port, servername: 'localhost', ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

export const peerOn = (socket: Socket, version: ProtocolVersion = 5): Peer => new Peer(socketStream(socket), version)

/** Connects a raw client over TLS. */
export const tlsPeer = async (port = 0, options: ConnectionOptions = {}): Promise<Peer> =>
  peerOn(await tlsSocket(port, options))

export interface WebSocketOptions extends Omit<ClientOptions, 'protocolVersion'> {
  version?: ProtocolVersion
}

/** A WebSocket at `/mqtt`, open; of TLS where there is a `ca`. */
export const webSocket = async (port = 0, options: ClientOptions = {}): Promise<WebSocket> => {
  const scheme = options.ca === undefined ? 'ws' : 'wss'
  const socket = new WebSocket(`${scheme}://${host}:${port}/mqtt`, ['mqtt'], options)
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** A raw client over a WebSocket. */
export const webSocketPeer = async (port = 0, { version, ...options }: WebSocketOptions = {}): Promise<Peer> =>
  new Peer(webSocketStream(await webSocket(port, options)), version)

/** The status with which an upgrade is refused, and what is said about it. */
export const upgradeRefusal = (url: string, options: ClientOptions = {}): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['mqtt'], options)
    socket.on('error', reject)
    socket.on('unexpected-response', (_, response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
  })

const webSocketStream = (socket: WebSocket): ByteStream => ({
  remote: { address: host, loopback: true },
  open(events) {
    socket.on('message', (data: Buffer) => events.data(data))
    socket.on('error', () => {})
    socket.once('close', () => events.closed())
  },
  write(bytes) {
    socket.send(bytes)
    return true
  },
  pause: () => socket.pause(),
  resume: () => socket.resume(),
  end: () => socket.close(),
  destroy: () => socket.terminate(),
})
