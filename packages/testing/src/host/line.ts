import type { OpenTransport } from '@daakia/client-sdk'
import { mqttTransportOver, type OpenSocket, type Socket } from '@daakia/client-sdk/internal'
import type { Clock } from '@daakia/protocol'

export interface LineOptions {
  /** What leads to the server. */
  sockets(): OpenSocket | Promise<OpenSocket>
  /** The MQTT user name. */
  client: string
  /** The MQTT client identifier, which names the connection. */
  connection: string
  clock: Clock
  /** How soon a server that is gone without a goodbye is noticed; 0: never. */
  keepAliveSeconds: number
  /** Called whenever bytes go in either direction. */
  travelled?(): void
}

/** The way of one process to the server. */
export interface Line {
  transport: OpenTransport
  /** Ends its connections without a goodbye and makes no more, as when the process dies. */
  cut(): void
}

/** For those who read of it; where the sockets lead is theirs. */
const url = 'mqtt://the-server'

/** The client SDK's own MQTT over sockets that a test can get hold of. */
export const line = ({ sockets, travelled = () => {}, ...options }: LineOptions): Line => {
  const open = new Set<Socket>()
  let dead = false
  const watched =
    (openSocket: OpenSocket): OpenSocket =>
    (url, events) => {
      const socket = openSocket(url, {
        opened: () => events.opened(),
        drained: () => events.drained(),
        data: (bytes) => {
          travelled()
          events.data(bytes)
        },
        closed: (error) => {
          open.delete(socket)
          events.closed(error)
        },
      })
      open.add(socket)
      return {
        write: (bytes) => {
          travelled()
          return socket.write(bytes)
        },
        end: () => socket.end(),
        destroy: () => socket.destroy(),
      }
    }
  return {
    transport: mqttTransportOver({ ...options, url }, async () => {
      const openSocket = await sockets()
      // Whoever it was does nothing more, and is told nothing.
      return dead ? new Promise(() => {}) : watched(openSocket)
    }),
    cut: () => {
      dead = true
      for (const socket of open) socket.destroy()
    },
  }
}
