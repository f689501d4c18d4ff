import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { Clock, Random } from '@daakia/protocol'
import {
  createServer,
  type KeyValue,
  type MemoryDiskOptions,
  memoryDisk,
  type Server,
  type ServerOptions,
  type TurnAtWork,
} from '@daakia/server'
import { calm, type HeldUp, type Traffic } from '../scene/rest.js'
import { Life } from './life.js'
import { memorySockets } from './memory-sockets.js'
import type { Host } from './port.js'
import { serverTerms } from './server-terms.js'
import type { Sockets } from './sockets.js'
import { tcpSockets } from './tcp-sockets.js'

export interface InnerHostOptions {
  /** How the server is reached: by streams in this process, or by sockets of the loopback interface. */
  transport: 'memory' | 'tcp'
  clock: Clock
  random: Random
  hooks: NonNullable<ServerOptions['hooks']>
  /** Called before each flush, which waits for what is returned. */
  flushing?: MemoryDiskOptions['flushing']
  /** Of who asks for none, and the longest. */
  keepAliveSeconds: number
}

/** A server, from its start until it is killed or closed. */
interface Running {
  server: Server
  storage: KeyValue
  life: Life
  sockets: Sockets
}

const loopback = '127.0.0.1'

/** A server in the process of the test, with its data in memory. */
export class InnerHost implements Host {
  readonly #options: InnerHostOptions
  /** Outlives the server. */
  readonly #disk = memoryDisk()
  /** `undefined` while the server starts again. */
  #running: Running | undefined
  #starting: Promise<Running>
  #isDoomed = false

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

  /** Where somebody is held up, it rests when nothing travels any more. */
  async rest(heldUp?: HeldUp): Promise<void> {
    if (!heldUp) return this.#rest()
    const { traffic, isHeldUp, isOver } = heldUp
    let rests = false
    void this.#rest().then(() => {
      rests = true
    })
    await calm({ traffic, isCalm: isHeldUp, isOver: () => rests || isOver() })
  }

  async #rest(): Promise<void> {
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
    if (this.#isDoomed) return 'the server waits for a flush'
    return this.#running.sockets.underWay ? 'bytes are under way between the server and its clients' : undefined
  }

  /**
   * Crashes when nothing goes on any more, for want of a flush that is withheld: whatever does not wait for it has left
   * the server by then.
   */
  async crashUnflushed(traffic: Readonly<Traffic>): Promise<void> {
    this.#isDoomed = true
    await calm({ traffic, isCalm: () => this.#running?.sockets.underWay !== true })
    this.#isDoomed = false
    this.crash()
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
    const { server, storage, sockets } = this.#running ?? (await this.#starting)
    await server.close()
    await storage.close()
    sockets.close()
  }

  async #start(): Promise<Running> {
    const { transport, clock, random, hooks, flushing, keepAliveSeconds } = this.#options
    const life = new Life(clock)
    const storage = this.#disk.open(flushing && { flushing })
    const server = createServer({
      ...serverTerms,
      ...{ storage, clock: life.clock, random, hooks, limits: { keepAliveSeconds } },
      ...(transport === 'tcp' && { listen: { host: loopback, mqttPort: 0 } }),
    })
    const { mqttPort } = await server.start()
    const sockets = mqttPort === undefined ? memorySockets(() => server.connect()) : tcpSockets(loopback, mqttPort)
    this.#running = { server, storage, life, sockets }
    return this.#running
  }
}
