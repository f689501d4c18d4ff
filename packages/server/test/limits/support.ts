import type { ConnectPacket } from '@daakia/protocol/mqtt'
import { onTestFinished } from 'vitest'
import { type ByteStream, streamPair } from '../../src/connection-manager/index.js'
import type { Authenticate } from '../../src/index.js'
import { type House, type HouseOptions, openHouse } from '../support/house.js'

/** Connection manager and broker at work, closed when the test is over. A password is the name of a vendor. */
export const house = async (options: HouseOptions = {}): Promise<House> => {
  const opened = await openHouse({ authentication: [vendorByPassword], ...options })
  onTestFinished(() => opened.close())
  return opened
}

/** CONNECT fields of a client of this vendor. */
export const of = (vendor: string, username = 'ana'): Pick<ConnectPacket, 'username' | 'password'> => ({
  username,
  password: new TextEncoder().encode(vendor),
})

const vendorByPassword: Authenticate = ({ username, connection, password }) => ({
  identity: { vendor: password ? new TextDecoder().decode(password) : 'dev', client: username ?? connection },
})

/** Bytes that went over a stream, as its client's end sees them. */
export interface Tally {
  sent: number
  received: number
}

/** A stream to the server whose bytes are counted. */
export const talliedStream = (server: Pick<House, 'accept'>): readonly [ByteStream, Tally] => {
  const [near, far] = streamPair()
  const tally: Tally = { sent: 0, received: 0 }
  server.accept(far)
  const stream: ByteStream = {
    remote: near.remote,
    open: (events) =>
      near.open({
        ...events,
        data(bytes) {
          tally.received += bytes.length
          events.data(bytes)
        },
      }),
    write(bytes) {
      tally.sent += bytes.length
      return near.write(bytes)
    },
    pause: () => near.pause(),
    resume: () => near.resume(),
    end: () => near.end(),
    destroy: () => near.destroy(),
  }
  return [stream, tally]
}
