import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { Clock, Random } from '@daakia/protocol'
import {
  createServer,
  type KeyValue,
  memoryKeyValue,
  type Server,
  type ServerOptions,
  type TurnAtWork,
} from '@daakia/server'
import { Life } from './life.js'
import { memorySockets } from './memory-sockets.js'
import type { Sockets } from './sockets.js'
import { tcpSockets } from './tcp-sockets.js'

export interface HostOptions {
  /** How the server is reached: by streams in this process, or by sockets of the loopback interface. */
  transport: 'memory' | 'tcp'
  clock: Clock
  random: Random
  hooks: NonNullable<ServerOptions['hooks']>
}

/** A server, from its start until it is killed or closed. */
interface Running {
  server: Server
  life: Life
  sockets: Sockets
}

const loopback = '127.0.0.1'

/** The server of a scene with its data in memory, and the way to it. */
export class Host {
  readonly #options: HostOptions
  /** Outlives the server. */
  readonly #storage: KeyValue = memoryKeyValue()
  /** `undefined` while the server starts again. */
  #running: Running | undefined
  #starting: Promise<Running>

  private constructor(options: HostOptions) {
    this.#options = options
    this.#starting = this.#start()
  }

  static async open(options: HostOptions): Promise<Host> {
    const host = new Host(options)
    await host.#starting
    return host
  }

  /** What leads to the server; while it is not there, who wants to connect waits. */
  sockets(): OpenSocket | Promise<OpenSocket> {
    return this.#running?.sockets.open ?? this.#starting.then(({ sockets }) => sockets.open)
  }

  async rest(): Promise<void> {
    let resting: Running
    do {
      resting = this.#running ?? (await this.#starting)
      await resting.life.whileItLasts(resting.server.rest())
    } while (resting !== this.#running)
  }

  openTurns(): readonly TurnAtWork[] {
    return this.#running?.server.openTurns() ?? []
  }

  busyWith(): string | undefined {
    if (!this.#running) return 'the server starts'
    return this.#running.sockets.underWay ? 'bytes are under way between the server and its clients' : undefined
  }

  /** Ends the server as a crash would, and starts another one that has what was stored. */
  crash(): void {
    const killed = this.#running
    if (!killed) return
    this.#running = undefined
    killed.life.end()
    killed.sockets.cut()
    // What it would say goodbye to is gone; this gives its listener back.
    killed.server.close().catch(() => {})
    this.#starting = this.#start()
  }

  async close(): Promise<void> {
    const { server, sockets } = this.#running ?? (await this.#starting)
    await server.close()
    await this.#storage.close()
    sockets.close()
  }

  async #start(): Promise<Running> {
    const { transport, clock, random, hooks } = this.#options
    const life = new Life(clock, this.#storage)
    const server = createServer({
      dev: true,
      storage: life.storage,
      clock: life.clock,
      random,
      hooks,
      sysIntervalSeconds: 0,
      // What fails is tried again at once: no test has to let time pass for it.
      retries: { firstMs: 0 },
      // Who has nothing to say in virtual time is not gone.
      limits: { keepAliveSeconds: 0 },
      ...(transport === 'tcp' && { listen: { host: loopback, mqttPort: 0 } }),
    })
    const { mqttPort } = await server.start()
    const sockets = mqttPort === undefined ? memorySockets(() => server.connect()) : tcpSockets(loopback, mqttPort)
    this.#running = { server, life, sockets }
    return this.#running
  }
}
