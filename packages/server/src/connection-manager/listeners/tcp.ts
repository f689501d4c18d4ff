import type { ByteStream } from '../byte-stream.js'
import { type DoorOptions, type Listener, openDoor } from './listener.js'
import { socketStream } from './socket-stream.js'

export interface TcpListenerOptions extends DoorOptions {
  accept(stream: ByteStream): void
}

/** MQTT over TCP. @throws the system's error when the port is taken. */
export const listenTcp = (options: TcpListenerOptions): Promise<Listener> =>
  openDoor(options, ({ socket, remote, leave }) => {
    leave()
    options.accept(socketStream(socket, remote))
  })
