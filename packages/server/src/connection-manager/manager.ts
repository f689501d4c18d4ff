import { ReasonCode } from '@daakia/protocol/mqtt'
import { createBuffers } from './buffers.js'
import type { ByteStream } from './byte-stream.js'
import { Connection, type ConnectionOptions } from './connection.js'
import { Tick } from './tick.js'
import { Turnstile } from './turnstile.js'
import { WaitingRoom } from './waiting-room.js'

export type ConnectionManagerOptions = Omit<ConnectionOptions, 'tick' | 'buffers' | 'waitingRoom' | 'enter' | 'left'>

export interface ConnectionManager {
  /** Where sockets wait that are no streams yet. */
  readonly waitingRoom: WaitingRoom
  /** Speaks MQTT on the stream until one of the two closes it. */
  accept(stream: ByteStream): void
  /** Tells every client that the server is shutting down (DISCONNECT 0x8B); resolves when all sessions have ended. */
  close(): Promise<void>
}

export const createConnectionManager = (options: ConnectionManagerOptions): ConnectionManager => {
  const waitingRoom = new WaitingRoom(options)
  const connections = new Set<Connection>()
  const turnstile = new Turnstile(options)
  let closing = false
  let allLeft = () => {}

  const enter = () => {
    waitingRoom.leave()
    return turnstile.enter()
  }
  const left = (connection: Connection) => {
    connections.delete(connection)
    if (connection.connected) turnstile.leave()
    else waitingRoom.leave()
    if (connections.size === 0) allLeft()
  }
  const each: ConnectionOptions = { ...options, tick: new Tick(), buffers: createBuffers(), waitingRoom, enter, left }

  return {
    waitingRoom,
    accept(stream) {
      if (closing || !waitingRoom.enter()) return stream.destroy()
      options.counters.streams++
      connections.add(new Connection(stream, each))
    },
    async close() {
      closing = true
      for (const connection of connections)
        connection.close(ReasonCode.ServerShuttingDown, 'The server is shutting down.')
      if (connections.size === 0) return
      await new Promise<void>((resolve) => {
        allLeft = resolve
      })
    },
  }
}
