import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The way of one node to its Redis, which can be cut. */
export interface Cable {
  readonly url: string
  /** Nothing goes through any more, in either direction, and neither end hears of it. */
  cut(): void
  /** What is connected breaks, and what connects from now on goes through. */
  mend(): void
}

/** Lays it to the Redis at this URL; it is taken up when the test is over. */
export const layCable = async (url: string): Promise<Cable> => {
  const { hostname, port, protocol } = new URL(url)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    const far = createConnection(Number(port), hostname)
    join(near, far)
    join(far, near)
  })
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (bytes) => isCut || to.write(bytes))
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      if (!isCut) to.destroy()
    })
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    drop()
    server.close()
  })
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true
    },
    mend: () => {
      isCut = false
      drop()
    },
  }
}
