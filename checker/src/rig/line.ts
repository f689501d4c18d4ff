import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Direction } from '../faults/fault.js'
import { Flow, type Weather } from './flow.js'

const host = '127.0.0.1'

interface Pair {
  client: Socket
  server: Socket
  flows: readonly Flow[]
}

/** A TCP proxy between one device, or bot, and the server, that can do what networks do. */
export class Line {
  readonly #listener: Server
  readonly #pairs = new Set<Pair>()
  /** The ends that a half-open connection has left. */
  readonly #orphans = new Set<Socket>()
  readonly #weather: { up: Weather; down: Weather } = {
    up: { blocked: false, delayMs: 0 },
    down: { blocked: false, delayMs: 0 },
  }
  #closed = false

  private constructor(
    listener: Server,
    private readonly serverPort: () => number,
  ) {
    this.#listener = listener
    listener.on('connection', (socket) => this.#join(socket))
  }

  static async open(serverPort: () => number): Promise<Line> {
    const listener = createServer({ noDelay: true }).listen(0, host)
    await once(listener, 'listening')
    return new Line(listener, serverPort)
  }

  get port(): number {
    return (this.#listener.address() as { port: number }).port
  }

  /** Resets every connection, and each new one until it is opened again. */
  cut(): void {
    this.#closed = true
    this.#resetAll()
  }

  /** Connections are taken again, and nothing is held back. What was half-open is reset. */
  mend(): void {
    this.#closed = false
    for (const weather of Object.values(this.#weather)) Object.assign(weather, { blocked: false, delayMs: 0 })
    for (const orphan of this.#orphans) orphan.resetAndDestroy()
    this.#orphans.clear()
    for (const { flows } of this.#pairs) for (const flow of flows) flow.look()
  }

  stall(direction: Direction): void {
    if (direction !== 'down') this.#weather.up.blocked = true
    if (direction !== 'up') this.#weather.down.blocked = true
  }

  delay(delayMs: number): void {
    this.#weather.up.delayMs = delayMs
    this.#weather.down.delayMs = delayMs
  }

  /** One end of each connection goes away; what the other end says is lost, and it hears nothing of it. */
  halfOpen(gone: 'client' | 'server'): void {
    for (const pair of this.#pairs) {
      const left = gone === 'client' ? pair.server : pair.client
      this.#pairs.delete(pair)
      this.#orphans.add(left)
      left.removeAllListeners('data').removeAllListeners('end').resume()
      left.once('close', () => this.#orphans.delete(left))
      pair[gone].resetAndDestroy()
    }
  }

  async close(): Promise<void> {
    this.cut()
    this.mend()
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #resetAll(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }

  #join(client: Socket): void {
    client.on('error', () => {})
    if (this.#closed) return void client.resetAndDestroy()
    const server = connect({ port: this.serverPort(), host, noDelay: true })
    server.on('error', () => {})
    const { up, down } = this.#weather
    const flows = [new Flow(client, server, () => up), new Flow(server, client, () => down)]
    const pair = { client, server, flows }
    this.#pairs.add(pair)
    const over = (other: Socket) => () => {
      if (this.#pairs.delete(pair)) other.destroy()
    }
    client.once('close', over(server))
    server.once('close', over(client))
  }
}
