import { once } from 'node:events'
import { createConnection } from 'node:net'
import { systemClock } from '@daakia/protocol'
import {
  type ByteStream,
  type DoorOptions,
  type Listener,
  listenHttp,
  listenTcp,
} from '../../src/connection-manager/index.js'
import { socketStream } from '../../src/connection-manager/listeners/socket-stream.js'
import { silentLog } from '../../src/log.js'
import { type House, type HouseOptions, openHouse } from './house.js'
import { Peer } from './peer.js'

/** A house with its doors open on loopback. */
export interface OpenDoors {
  readonly house: House
  readonly tcp: Listener
  readonly http: Listener
  readonly tcpUrl: string
  readonly webSocketUrl: string
  close(): Promise<void>
}

const host = '127.0.0.1'

export const openDoors = async (options?: HouseOptions): Promise<OpenDoors> => {
  const house = await openHouse(options)
  const door = doorOptions(house)
  const tcp = await listenTcp({ ...door, accept: house.accept })
  const http = await listenHttp({
    ...door,
    accept: house.accept,
    limits: { packetSizeBytes: 1 << 19, connectBytes: 1 << 20 },
    allowsOrigin: () => true,
    routes: new Map([['/healthz', () => ({ status: 200, body: 'ok\n' })]]),
  })
  return {
    house,
    tcp,
    http,
    tcpUrl: `mqtt://${host}:${tcp.port}`,
    webSocketUrl: `ws://${host}:${http.port}/mqtt`,
    async close() {
      await tcp.close()
      await http.close()
      await house.close()
    },
  }
}

/** What a door of this house needs, on a free port of loopback. */
export const doorOptions = ({ waitingRoom }: Pick<House, 'waitingRoom'>): DoorOptions => ({
  host,
  port: 0,
  waitingRoom,
  clock: systemClock,
  log: silentLog,
})

/** The client's end of a TCP socket. */
export const connectTo = async (port: number): Promise<ByteStream> => {
  const socket = createConnection(port, host)
  await once(socket, 'connect')
  return socketStream(socket)
}

/** A raw client over a TCP socket. */
export const tcpPeer = async (port: number, version: 4 | 5 = 5): Promise<Peer> =>
  new Peer(await connectTo(port), version)
