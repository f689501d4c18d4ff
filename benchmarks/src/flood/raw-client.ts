import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import type { Dialect } from '../load/dialect.js'

export interface RawClientOptions {
  port: number
  dialect: Dialect
  name: string
  /** Subscribes to it, with this QoS. */
  subscribes?: { filter: string; qos: 0 | 1 }
}

/** A connection on its socket alone, which may be written to and read from as nobody well-behaved would. */
export const rawClient = async ({ port, dialect, name, subscribes }: RawClientOptions): Promise<Socket> => {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  // A server may cut it.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  await asked(socket, dialect.hello(name))
  if (subscribes) await asked(socket, dialect.subscribe([subscribes.filter], subscribes.qos, 0))
  return socket
}

const asked = async (socket: Socket, bytes: Uint8Array): Promise<void> => {
  socket.write(bytes)
  await once(socket, 'data')
}
