import { createServer, type Server } from 'node:net'
import type { ByteStream } from '../byte-stream.js'
import { type Listener, openPort } from './listener.js'
import { socketStream } from './socket-stream.js'

export interface TcpListenerOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  accept(stream: ByteStream): void
}

/** MQTT over TCP. @throws the system's error when the port is taken. */
export const listenTcp = async ({ host, port, accept }: TcpListenerOptions): Promise<Listener> => {
  const server: Server = createServer((socket) => accept(socketStream(socket)))
  return openPort(server, host, port)
}
