import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { Clock, Random } from '@daakia/protocol'
import { createServer, type KeyValue, memoryKeyValue, type Server, type TurnAtWork } from '@daakia/server'
import { memorySocket } from './memory-socket.js'
import { TcpTraffic } from './tcp-traffic.js'

export interface HostOptions {
  /** How the server is reached: by streams in this process, or by sockets of the loopback interface. */
  transport: 'memory' | 'tcp'
  clock: Clock
  random: Random
}

const loopback = '127.0.0.1'

/** The server of a scene with its data in memory, and the way to it. */
export class Host {
  /** Where its sockets lead. */
  readonly url: string
  readonly openSocket: OpenSocket
  readonly #server: Server
  readonly #storage: KeyValue
  readonly #traffic: TcpTraffic | undefined

  private constructor(server: Server, storage: KeyValue, port: number | undefined) {
    this.#server = server
    this.#storage = storage
    this.#traffic = port === undefined ? undefined : new TcpTraffic(port)
    this.url = port === undefined ? 'memory:' : `mqtt://${loopback}:${port}`
    this.openSocket = this.#traffic?.openSocket ?? memorySocket(() => server.connect())
  }

  static async open({ transport, clock, random }: HostOptions): Promise<Host> {
    const storage = memoryKeyValue()
    const server = createServer({
      dev: true,
      storage,
      clock,
      random,
      sysIntervalSeconds: 0,
      // What fails is tried again at once: no test has to let time pass for it.
      retries: { firstMs: 0 },
      // Who has nothing to say in virtual time is not gone.
      limits: { keepAliveSeconds: 0 },
      ...(transport === 'tcp' && { listen: { host: loopback, mqttPort: 0 } }),
    })
    const { mqttPort } = await server.start()
    return new Host(server, storage, mqttPort)
  }

  rest(): Promise<void> {
    return this.#server.rest()
  }

  openTurns(): readonly TurnAtWork[] {
    return this.#server.openTurns()
  }

  busyWith(): string | undefined {
    return this.#traffic?.underWay ? 'bytes are under way between the server and its clients' : undefined
  }

  async close(): Promise<void> {
    await this.#server.close()
    await this.#storage.close()
    this.#traffic?.close()
  }
}
