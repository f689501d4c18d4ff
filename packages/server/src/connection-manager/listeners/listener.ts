import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

/** A door that is open. */
export interface Listener {
  /** The port it listens on: the one the system chose where 0 was asked for. */
  readonly port: number
  /** Lets nobody in any more. Streams that are open stay so. */
  close(): Promise<void>
}

/** Starts to listen. @throws the system's error when the port is taken. */
export const openPort = async (server: Server, host: string, port: number): Promise<Listener> => {
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    // Listening stops with the call; the callback would wait for every open stream.
    close: async () => void server.close(),
  }
}
