import type { ConnectPacket } from '@daakia/protocol/mqtt'
import type { Ports, ServerLimitsOptions } from '../../../src/index.js'
import type { Child, Program } from '../../support/child.js'
import { tcpPeer } from '../../support/doors.js'
import type { Peer } from '../../support/peer.js'

/** A session that outlives its connections. */
export const kept = { cleanStart: false, properties: { sessionExpiryInterval: 0xffffffff } }

/** A server in a process of its own, and what it has logged. */
export class RunningServer {
  readonly logged: string[] = []
  readonly #awaited = new Map<string, () => void>()

  private constructor(
    readonly child: Child,
    private readonly ports: Required<Pick<Ports, 'mqttPort' | 'httpPort'>>,
  ) {}

  static async start(server: Program, folder: string, limits: ServerLimitsOptions = {}): Promise<RunningServer> {
    const child = server.start(folder, JSON.stringify(limits))
    const running = new RunningServer(child, JSON.parse((await child.lines.next()).value ?? ''))
    void running.#listen()
    return running
  }

  get port(): number {
    return this.ports.mqttPort
  }

  /** A client that has connected. */
  async client(clientId: string, fields: Partial<ConnectPacket> = {}): Promise<Peer> {
    const peer = await tcpPeer(this.port)
    await peer.connect({ clientId, ...fields })
    return peer
  }

  /** The sum of the samples of a metric whose line matches. */
  async metric(sample: RegExp): Promise<number> {
    const page = await (await fetch(`http://127.0.0.1:${this.ports.httpPort}/metrics`)).text()
    const lines = page.split('\n').filter((line) => sample.test(line))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  /** The bytes that the process holds, once what it let go of is collected: objects, and buffers outside of the heap. */
  async held(): Promise<number> {
    await this.tellsAfter('SIGUSR2', 'collected')
    return this.metric(/^nodejs_(heap_size_used|external_memory)_bytes /)
  }

  /** Sends the process a signal, and resolves when it says this; rejects where it ends without. */
  tellsAfter(signal: NodeJS.Signals, message: string): Promise<void> {
    const told = new Promise<void>((resolve, reject) => {
      this.#awaited.set(message, resolve)
      void this.child.ended.then((status) => reject(new Error(`It ended with ${status}, and did not say: ${message}`)))
    })
    this.child.signal(signal)
    return told
  }

  async #listen(): Promise<void> {
    const { lines } = this.child
    for (let line = await lines.next(); !line.done; line = await lines.next())
      this.#hear(JSON.parse(line.value).message)
  }

  #hear(message: string): void {
    this.logged.push(message)
    this.#awaited.get(message)?.()
  }
}
