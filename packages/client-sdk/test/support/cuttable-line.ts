import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP line to a server that a test can cut, also after it has swallowed what the server answers. */
export const cuttableLine = async (serverPort: () => number) => {
  const sockets = new Set<Socket>()
  let deaf = false

  const cut = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    deaf = false
  }

  const server = createServer((client) => {
    const upstream = connect(serverPort(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => upstream.write(bytes))
    upstream.on('data', (bytes) => {
      if (!deaf) client.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('not listening')

  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    /** Breaks what goes through it; a new connection may be made at once. */
    cut,
    /** From now on, and until the line is cut, what the server answers is lost. */
    deafen() {
      deaf = true
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

export type CuttableLine = Awaited<ReturnType<typeof cuttableLine>>
