import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { Log } from '../../log.js'
import { type Arrival, Arrivals, type ArrivalsOptions } from './arrivals.js'
import { identify, type TrustedProxies } from './proxy-protocol.js'

/** What every door needs, whatever is spoken behind it. */
export interface DoorOptions extends ArrivalsOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  /** Whose PROXY header is read before anything else; nobody's where it is absent. */
  proxies?: TrustedProxies
  log: Log
}

/** A door that is open. */
export interface Listener {
  /** The port it listens on: the one the system chose where 0 was asked for. */
  readonly port: number
  /** Lets nobody in any more, and closes what is no MQTT stream yet. Streams that are open stay so. */
  close(): Promise<void>
}

/** Starts to listen, and hands over each socket when it is known from whom. @throws the system's error when the port is taken. */
export const openDoor = async (options: DoorOptions, enter: (arrival: Arrival) => void): Promise<Listener> => {
  const { host, port, proxies, log } = options
  const arrivals = new Arrivals(options)
  const server = createServer((socket) => {
    const arrival = arrivals.take(socket)
    if (arrival && proxies) identify(arrival, proxies, enter)
    else if (arrival) enter(arrival)
  })
  await listening(server, host, port)
  // Such as no file descriptor left: the next one may find some.
  server.on('error', (error) => log.error({ error: String(error) }, 'A connection could not be accepted'))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      // Listening stops with the call; the callback would wait for every open stream.
      server.close()
      arrivals.close()
    },
  }
}

const listening = async (server: Server, host: string, port: number): Promise<void> => {
  server.listen(port, host)
  await once(server, 'listening')
}
