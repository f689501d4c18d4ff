import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import type { ByteStream, ByteStreamEvents, Remote } from '../byte-stream.js'
import { ignore } from './socket-stream.js'

/** Why a WebSocket is closed (RFC 6455, 7.4.1). */
const closeCodes = { normal: 1000, unsupportedData: 1003, messageTooBig: 1009 }

export interface WebSocketStreamOptions {
  remote: Remote
  /** The largest first message, in bytes: it is gathered before anybody has said who they are. */
  connectBytes: number
}

/** A WebSocket as a stream of bytes. Packets may be split over messages or share one [MQTT-6.0.0-2]. */
export const webSocketStream = (
  webSocket: WebSocket,
  socket: Socket,
  { remote, connectBytes }: WebSocketStreamOptions,
): ByteStream => ({
  remote,
  open(events) {
    boundFirstMessage(webSocket, socket, connectBytes)
    listen(webSocket, socket, events)
  },
  write(bytes) {
    // A send that fails is followed by `close`.
    webSocket.send(bytes, ignore)
    return !socket.writableNeedDrain
  },
  pause: () => webSocket.pause(),
  resume: () => webSocket.resume(),
  end: () => webSocket.close(closeCodes.normal),
  destroy: () => webSocket.terminate(),
})

const listen = (webSocket: WebSocket, socket: Socket, events: ByteStreamEvents): void => {
  webSocket.binaryType = 'nodebuffer'
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    if (webSocket.readyState !== webSocket.OPEN) return
    // [MQTT-6.0.0-1] a frame that is not binary closes the connection.
    if (isBinary) events.data(data as Buffer)
    else webSocket.close(closeCodes.unsupportedData)
  })
  // Who does not read gets no pongs either: they would pile up.
  webSocket.on('ping', (data) => socket.writableNeedDrain || webSocket.pong(data, false, ignore))
  socket.on('drain', events.drained)
  webSocket.on('error', ignore)
  webSocket.once('close', () => events.closed())
}

/** A message is handed over when all of it is there; what has come of the first one is counted on the socket. */
const boundFirstMessage = (webSocket: WebSocket, socket: Socket, maximumBytes: number): void => {
  let left = maximumBytes
  let heard = false
  const count = (chunk: Buffer) => {
    left -= chunk.length
    if (heard) socket.off('data', count)
    else if (left < 0) webSocket.close(closeCodes.messageTooBig)
  }
  webSocket.once('message', () => {
    heard = true
    socket.off('data', count)
  })
  socket.on('data', count)
}
