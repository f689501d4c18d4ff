import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import type { ByteStream, ByteStreamEvents, Remote } from '../byte-stream.js'
import { remoteOf } from './socket-stream.js'

/** The code of a WebSocket that got what it can't take (RFC 6455, 7.4.1). */
const unsupportedData = 1003

/** A WebSocket as a stream of bytes. Packets may be split over messages or share one [MQTT-6.0.0-2]. */
export const webSocketStream = (webSocket: WebSocket, socket: Socket, headers: IncomingHttpHeaders): ByteStream => ({
  remote: { ...remoteOf(socket), web: webOf(headers) },
  open: (events) => listen(webSocket, socket, events),
  write(bytes) {
    webSocket.send(bytes, ignoreFailure)
    return !socket.writableNeedDrain
  },
  pause: () => webSocket.pause(),
  resume: () => webSocket.resume(),
  end: () => webSocket.close(1000),
  destroy: () => webSocket.terminate(),
})

const webOf = ({ origin, host }: IncomingHttpHeaders): NonNullable<Remote['web']> => ({
  ...(origin !== undefined && { origin }),
  ...(host !== undefined && { host }),
})

/** A send that fails is followed by `close`. */
const ignoreFailure = (): void => {}

const listen = (webSocket: WebSocket, socket: Socket, events: ByteStreamEvents): void => {
  webSocket.binaryType = 'nodebuffer'
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    // [MQTT-6.0.0-1] a frame that is not binary closes the connection.
    if (isBinary) events.data(data as Buffer)
    else webSocket.close(unsupportedData)
  })
  socket.on('drain', events.drained)
  webSocket.on('error', () => {})
  webSocket.once('close', () => events.closed())
}
