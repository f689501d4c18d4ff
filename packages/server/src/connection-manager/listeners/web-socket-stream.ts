import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import type { ByteStream, ByteStreamEvents, Remote } from '../byte-stream.js'
import { ignore } from './socket-stream.js'

/** Why a WebSocket is closed (RFC 6455, 7.4.1). */
const closeCodes = { normal: 1000, unsupportedData: 1003, messageTooBig: 1009 }

export interface WebSocketStreamOptions {
  remote: Remote
  /** The most bytes that may come before a whole CONNECT: messages are gathered before anybody has said who they are. */
  connectBytes: number
}

/** A WebSocket as a stream of bytes. Packets may be split over messages or share one [MQTT-6.0.0-2]. */
export const webSocketStream = (
  webSocket: WebSocket,
  socket: Socket,
  { remote, connectBytes }: WebSocketStreamOptions,
): ByteStream => {
  const bound = new Bound(webSocket, socket, connectBytes)
  return {
    remote,
    open(events) {
      listen(webSocket, socket, events)
      bound.watch()
    },
    connected: () => bound.lift(),
    write(bytes) {
      // A send that fails is followed by `close`.
      webSocket.send(bytes, ignore)
      return !socket.writableNeedDrain
    },
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    end: () => webSocket.close(closeCodes.normal),
    destroy: () => webSocket.terminate(),
  }
}

const listen = (webSocket: WebSocket, socket: Socket, events: ByteStreamEvents): void => {
  webSocket.binaryType = 'nodebuffer'
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    if (webSocket.readyState !== webSocket.OPEN) return
    // [MQTT-6.0.0-1] a frame that is not binary closes the connection.
    if (isBinary) events.data(data as Buffer)
    else closeAtOnce(webSocket, socket, closeCodes.unsupportedData)
  })
  // Who does not read gets no pongs either: they would pile up.
  webSocket.on('ping', (data) => socket.writableNeedDrain || webSocket.pong(data, false, ignore))
  socket.on('drain', events.drained)
  webSocket.on('error', ignore)
  webSocket.once('close', () => events.closed())
}

/** Says why, and takes nothing more: what still comes is thrown away, and gathered nowhere. */
const closeAtOnce = (webSocket: WebSocket, socket: Socket, code: number): void => {
  webSocket.close(code)
  socket.removeAllListeners('data')
  socket.resume()
  socket.end()
}

/** A message is handed over when all of it is there; so what has come is counted on the socket. */
class Bound {
  #left: number

  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Socket,
    maximumBytes: number,
  ) {
    this.#left = maximumBytes
  }

  watch(): void {
    this.socket.on('data', this.#count)
  }

  lift(): void {
    this.#left = Number.POSITIVE_INFINITY
    this.socket.off('data', this.#count)
  }

  readonly #count = ({ length }: Buffer): void => {
    this.#left -= length
    if (this.#left < 0) closeAtOnce(this.webSocket, this.socket, closeCodes.messageTooBig)
  }
}
