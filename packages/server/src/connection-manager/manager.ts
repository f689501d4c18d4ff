import { ReasonCode } from '@daakia/protocol/mqtt'
import { createBuffers } from './buffers.js'
import type { ByteStream } from './byte-stream.js'
import { Connection, type ConnectionOptions } from './connection.js'
import { type SendAwayTerms, sendAway } from './send-away.js'
import { Tick } from './tick.js'
import { Turnstile } from './turnstile.js'
import { WaitingRoom } from './waiting-room.js'

const shuttingDown = { reasonCode: ReasonCode.ServerShuttingDown, reason: 'The server is shutting down.' }

const elsewhere = {
  reasonCode: ReasonCode.UseAnotherServer,
  reason: 'This node is going away: connect again, to another one.',
}

export type ConnectionManagerOptions = Omit<ConnectionOptions, 'tick' | 'buffers' | 'waitingRoom' | 'enter' | 'left'>

export interface ConnectionManager {
  /** Where sockets wait that are no streams yet. */
  readonly waitingRoom: WaitingRoom
  /** Speaks MQTT on the stream until one of the two closes it. */
  accept(stream: ByteStream): void
  /** Lets nobody in any more: who connects is told to use another server (0x9C). */
  redirect(): void
  /**
   * Tells the clients that are connected to use another server (DISCONNECT 0x9C), one after the other. Resolves when all were
   * told, or when `until` has.
   */
  sendAway(terms: SendAwayTerms, until: Promise<void>): Promise<void>
  /**
   * Tells every client that the server is shutting down (DISCONNECT 0x8B), or, after `redirect`, to use another one; resolves
   * when all sessions have ended.
   */
  close(): Promise<void>
}

export const createConnectionManager = (options: ConnectionManagerOptions): ConnectionManager => {
  const waitingRoom = new WaitingRoom(options)
  const connections = new Set<Connection>()
  const turnstile = new Turnstile(options)
  let closing = false
  let redirecting = false
  let allLeft = () => {}

  const enter = () => {
    waitingRoom.leave()
    const refused = turnstile.enter()
    return redirecting ? elsewhere : refused
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
    redirect() {
      redirecting = true
    },
    async sendAway(terms, until) {
      const dismiss = (connection: Connection) => {
        connection.dismiss(elsewhere.reasonCode, elsewhere.reason).catch((error) => connection.failed(error))
      }
      await sendAway(connections, { ...terms, clock: options.clock, dismiss }, until)
    },
    async close() {
      closing = true
      const { reasonCode, reason } = redirecting ? elsewhere : shuttingDown
      for (const connection of connections) connection.close(reasonCode, reason)
      if (connections.size === 0) return
      await new Promise<void>((resolve) => {
        allLeft = resolve
      })
    },
  }
}
