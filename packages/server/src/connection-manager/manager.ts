import { ReasonCode } from '@daakia/protocol/mqtt'
import type { ByteStream } from './byte-stream.js'
import { Connection, type ConnectionOptions } from './connection.js'
import { Tick } from './tick.js'
import { WaitingRoom } from './waiting-room.js'

export type ConnectionManagerOptions = Omit<ConnectionOptions, 'tick' | 'hasRoom'>

export interface ConnectionManager {
  /** Where sockets wait that are no streams yet. */
  readonly waitingRoom: WaitingRoom
  /** Speaks MQTT on the stream until one of the two closes it. */
  accept(stream: ByteStream): void
  /** Tells every client that the server is shutting down (DISCONNECT 0x8B); resolves when all sessions have ended. */
  close(): Promise<void>
}

export const createConnectionManager = (options: ConnectionManagerOptions): ConnectionManager => {
  const { limits } = options
  const waitingRoom = new WaitingRoom(limits.unconnectedStreams)
  const connections = new Set<Connection>()
  let connected = 0
  let closing = false

  const hasRoom = () => {
    waitingRoom.leave()
    return ++connected <= limits.connections
  }
  const each: ConnectionOptions = { ...options, tick: new Tick(), hasRoom }

  const watch = async (connection: Connection) => {
    connections.add(connection)
    await connection.over
    connections.delete(connection)
    if (connection.connected) connected--
    else waitingRoom.leave()
  }

  return {
    waitingRoom,
    accept(stream) {
      if (closing || !waitingRoom.enter()) return stream.destroy()
      void watch(new Connection(stream, each))
    },
    async close() {
      closing = true
      for (const connection of connections)
        connection.close(ReasonCode.ServerShuttingDown, 'The server is shutting down.')
      await Promise.all([...connections].map((connection) => connection.over))
    },
  }
}
