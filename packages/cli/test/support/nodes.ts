import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { daakia, type Running } from './command.js'
import { afterwards } from './house.js'

/** A process of `daakia serve` over a Redis. */
export interface NodeProcess {
  running: Running
  port: number
}

/** Starts a node on free ports, with more of the environment. */
export const startNode = async (redis: string, environment: Record<string, string> = {}): Promise<NodeProcess> => {
  const running = daakia(['serve', '--dev', '--redis', redis, '--mqtt-port', '0', '--http-port', '0'], { environment })
  const text = await running.until(/Ctrl-C/)
  return { running, port: Number(/mqtt:\S+:(\d+)/.exec(text)?.[1]) }
}

/** What stands before nodes: each connection goes to the next one in the row that takes it. */
export const startBalancer = async (nodes: readonly NodeProcess[]): Promise<string> => {
  const sockets = new Set<Socket>()
  const track = (socket: Socket) => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  let next = 0
  const forward = (client: Socket, tries: number): void => {
    const node = nodes[next++ % nodes.length]
    if (!node || tries > nodes.length) return void client.destroy()
    const far = track(connect(node.port, '127.0.0.1'))
    let isThere = false
    far.once('connect', () => {
      isThere = true
      client.pipe(far).pipe(client)
    })
    far.once('close', () => (isThere ? client.destroy() : forward(client, tries + 1)))
    client.once('close', () => far.destroy())
  }
  const server = createServer((client) => forward(track(client), 1)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterwards(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
}
