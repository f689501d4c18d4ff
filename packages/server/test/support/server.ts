import { onTestFinished } from 'vitest'
import { createServer, type Server, type ServerOptions } from '../../src/index.js'
import { Connecting } from './connecting.js'
import { ManualClock } from './manual-clock.js'
import { inMemory, type Storage } from './storage.js'

export interface TestServerOptions extends Partial<Omit<ServerOptions, 'storage'>> {
  storage?: Storage
  clock?: ManualClock
}

/** Real time: what a test has to say of a turn comes long before. */
const patienceMs = 5_000

/** A whole server in this process, in virtual time; closed when the test is over. What fails is tried again at once. */
export class TestServer extends Connecting {
  private constructor(
    server: Server,
    readonly ports: Awaited<ReturnType<Server['start']>>,
    readonly clock: ManualClock,
    private readonly storage: Storage,
    private readonly options: TestServerOptions,
  ) {
    super(server)
  }

  static async open(options: TestServerOptions = {}): Promise<TestServer> {
    const storage = options.storage ?? (await inMemory())
    const clock = options.clock ?? new ManualClock()
    const server = createServer({ dev: true, retries: { firstMs: 0 }, ...options, clock, storage: storage.keyValue })
    const ports = await server.start()
    onTestFinished(() => server.close())
    return new TestServer(server, ports, clock, storage, options)
  }

  /** Resolves when nothing moves. @throws Error, with who has what in hand, where a bot of the test keeps its turn */
  async rest(): Promise<void> {
    let patience: ReturnType<typeof setTimeout> | undefined
    const over = new Promise<never>((_, reject) => {
      patience = setTimeout(() => reject(new Error(`The server does not rest: ${this.#inHand()}`)), patienceMs)
    })
    await Promise.race([this.server.rest(), over]).finally(() => clearTimeout(patience))
  }

  #inHand(): string {
    const turns = this.server.openTurns().map(({ bot, conversation, seq, timer, since }) => {
      const what = seq === undefined ? `timer ${timer}` : `message ${seq}`
      return `${bot} has had ${what} of ${conversation} for ${this.clock.now() - since} ms: let it commit, or vanish`
    })
    return turns.join('; ') || 'it has work that does not end'
  }

  /** Stops the server, and starts another one over what it left. */
  async restart(): Promise<TestServer> {
    await this.server.close()
    return TestServer.open({ ...this.options, clock: this.clock, storage: await this.storage.reopen() })
  }
}
