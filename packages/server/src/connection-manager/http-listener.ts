import type { ByteStream } from './byte-stream.js'
import type { Listener } from './listener.js'

export interface HttpListenerOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  accept(stream: ByteStream): void
  /** The largest WebSocket message, in bytes. */
  messageSizeBytes: number
}

/** MQTT over WebSocket at `/mqtt`, and `GET /healthz`. @throws the system's error when the port is taken. */
export declare const listenHttp: (options: HttpListenerOptions) => Promise<Listener>
