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
import type { Host } from './port.js'
import type { Sockets } from './sockets.js'
import { tcpSockets } from './tcp-sockets.js'

export interface InnerHostOptions {
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

/** A server in the process of the test, with its data in memory. */
export class InnerHost implements Host {
  readonly #options: InnerHostOptions
  /** Outlives the server. */
  readonly #storage: KeyValue = memoryKeyValue()
  /** `undefined` while the server starts again. */
  #running: Running | undefined
  #starting: Promise<Running>

  private constructor(options: InnerHostOptions) {
    this.#options = options
    this.#starting = this.#start()
  }

  static async open(options: InnerHostOptions): Promise<InnerHost> {
    const host = new InnerHost(options)
    await host.#starting
    return host
  }

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

  async openTurns(): Promise<readonly TurnAtWork[]> {
    return this.#running?.server.openTurns() ?? []
  }

  busyWith(): string | undefined {
    if (!this.#running) return 'the server starts'
    return this.#running.sockets.underWay ? 'bytes are under way between the server and its clients' : undefined
  }

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
