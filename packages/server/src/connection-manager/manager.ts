import type { Clock, Random } from '@daakia/protocol'
import type { Log } from '../log.js'
import type { Authenticate } from './authenticate.js'
import type { ByteStream } from './byte-stream.js'
import type { ConnectionLimits } from './limits.js'
import type { SessionHost } from './link.js'
import type { Connections } from './port.js'

export interface ConnectionManagerOptions {
  connections: Connections
  authenticate: Authenticate
  /** Where the packets of a connection go: the broker. */
  host: SessionHost
  clock: Clock
  random: Random
  limits: ConnectionLimits
  log: Log
}

export interface ConnectionManager {
  /** Speaks MQTT on the stream until one of the two closes it. */
  accept(stream: ByteStream): void
  /** Tells every client that the server is shutting down (DISCONNECT 0x8B); resolves when all sessions have ended. */
  close(): Promise<void>
}

export declare const createConnectionManager: (options: ConnectionManagerOptions) => ConnectionManager
