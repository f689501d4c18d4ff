import type { ByteStream } from './byte-stream.js'
import type { Listener } from './listener.js'

export interface TcpListenerOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  accept(stream: ByteStream): void
}

/** MQTT over TCP. @throws the system's error when the port is taken. */
export declare const listenTcp: (options: TcpListenerOptions) => Promise<Listener>
