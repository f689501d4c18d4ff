import type { Peer, Running } from '../peers/index.js'
import { Link } from './link.js'
import { type Rate, rateOf } from './rate.js'

export interface RigOptions {
  peer: Peer
  server: Running
  /** PEM: connections are TLS then. */
  ca?: string | undefined
  seconds: number
  warmUpSeconds: number
  loadCore?: number | undefined
}

const readBufferBytes = 64 * 1024
const opensAtOnce = 50

/** A server at work and the connections to it, for one measurement. */
export class Rig {
  /** Rejects when a connection breaks, or the load can't go on. */
  readonly broken: Promise<never>
  readonly fail: (error: Error) => void
  closed = false
  private readonly links: Link[] = []
  private readonly buffer = Buffer.allocUnsafe(readBufferBytes)

  constructor(readonly options: RigOptions) {
    let fail: (error: Error) => void = () => undefined
    this.broken = new Promise((_, reject) => {
      fail = reject
    })
    this.fail = fail
    this.broken.catch(() => undefined)
  }

  get dialect() {
    return this.options.peer.dialect
  }

  get pid(): number {
    return this.options.server.pid
  }

  get seconds(): number {
    return this.options.seconds
  }

  get port(): number {
    const { ca, server } = this.options
    const port = ca === undefined ? server.port : server.securePort
    if (port === undefined) throw new Error('the server has no TLS')
    return port
  }

  async open(name: string): Promise<Link> {
    const link = await this.connect(name)
    if (this.closed) link.close()
    this.links.push(link)
    return link
  }

  /** Opens a connection and closes it again. */
  async visit(name: string, use?: (link: Link) => Promise<void>): Promise<void> {
    const link = await this.connect(name)
    await use?.(link)
    await link.leave()
  }

  /** Opens connections `{prefix}-0`, `{prefix}-1` …, and has each `prepare` itself. */
  async openMany(
    count: number,
    prefix: string,
    prepare?: (link: Link, index: number) => Promise<void>,
  ): Promise<Link[]> {
    const links: Link[] = new Array(count)
    let next = 0
    const worker = async () => {
      while (next < count && !this.closed) {
        const index = next++
        const link = await this.open(`${prefix}-${index}`)
        links[index] = link
        await prepare?.(link, index)
      }
    }
    await Promise.all(Array.from({ length: Math.min(opensAtOnce, count) }, worker))
    return links
  }

  /** Events per second once the server is warm, and what they cost it. */
  rate(count: () => number, { warmUpSeconds = this.options.warmUpSeconds } = {}): Promise<Rate> {
    return rateOf(this.pid, count, { ...this.options, warmUpSeconds })
  }

  private connect(name: string): Promise<Link> {
    const { port, dialect, buffer, fail: lost } = this
    const { ca } = this.options
    return Link.open(name, { port, dialect, buffer, lost, ...(ca === undefined ? {} : { ca }) })
  }

  close(): void {
    this.closed = true
    for (const link of this.links) link.close()
  }
}
