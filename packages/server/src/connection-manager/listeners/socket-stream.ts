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
  return new SocketStream(socket, remote)
}

class SocketStream implements ByteStream {
  constructor(
    private readonly socket: Socket,
    readonly remote: Remote,
  ) {}

  open(events: ByteStreamEvents): void {
    this.socket.on('data', events.data)
    this.socket.on('drain', events.drained)
    // What broke it does not matter here: `close` always follows.
    this.socket.on('error', ignore)
    this.socket.once('close', events.closed)
  }

  write(bytes: Uint8Array): boolean {
    return this.socket.write(bytes)
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  end(): void {
    this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }
}
