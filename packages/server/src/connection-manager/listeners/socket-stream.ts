import type { Socket } from 'node:net'
import type { ByteStream, ByteStreamEvents, Remote } from '../byte-stream.js'
import { isLoopback } from '../loopback.js'

/** After this long without a byte the system asks whether the peer is still there. */
const probeAfterMs = 60_000

export const remoteOf = (socket: Socket): Remote => {
  const address = socket.remoteAddress ?? ''
  return { address, loopback: isLoopback(address) }
}

export const ignore = (): void => {}

/** A socket of TCP or TLS as a stream of bytes. */
export const socketStream = (socket: Socket, remote: Remote = remoteOf(socket)): ByteStream => {
  socket.setNoDelay(true)
  socket.setKeepAlive(true, probeAfterMs)
  return {
    remote,
    open: (events) => listen(socket, events),
    write: (bytes) => socket.write(bytes),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

const listen = (socket: Socket, events: ByteStreamEvents): void => {
  socket.on('data', events.data)
  socket.on('drain', events.drained)
  // What broke it does not matter here: `close` always follows.
  socket.on('error', ignore)
  socket.once('close', events.closed)
}
