import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const host = '127.0.0.1'
const betweenTriesMs = 20
const triesLimit = 500

/** Ports that nobody listens on; all are different. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, host))
  const ports: number[] = []
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening')
    ports.push((server.address() as { port: number }).port)
  }
  for (const server of servers) server.close()
  return ports
}

/** Resolves when somebody listens. */
export const listening = async (port: number): Promise<void> => {
  for (let tries = 0; tries < triesLimit; tries++) {
    if (await accepts(port)) return
    await sleep(betweenTriesMs)
  }
  throw new Error(`nothing listens on port ${port}`)
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
