import { connect, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { QoS } from '@daakia/protocol/mqtt'
import type { Dialect, Sink } from './dialect.js'

export interface LinkOptions {
  port: number
  dialect: Dialect
  /** PEM of the certificate to trust: the connection is TLS then. */
  ca?: string
  /** Every socket reads into this: what has come is taken before the next one reads. */
  buffer: Uint8Array
  /** The connection broke, or the server closed it. */
  lost(error: Error): void
}

/** A connection to the server that is measured. What comes in goes to `receive`, bytes as they are. */
export class Link {
  receive: Sink = () => undefined
  private readonly socket: Socket
  private answered: (refusal?: string) => void = () => undefined
  private closing = false
  private subscribed = 0

  private constructor(private readonly options: LinkOptions) {
    this.socket = options.ca === undefined ? plainSocket(this) : secureSocket(this, options.ca)
    this.socket.on('error', (error) => this.end(error))
    this.socket.on('close', () => this.end(new Error('the server closed a connection')))
  }

  /** Resolves once the server has accepted the client; rejects when it refuses. */
  static async open(name: string, options: LinkOptions): Promise<Link> {
    const link = new Link(options)
    await link.ask(options.dialect.hello(name))
    return link
  }

  get port(): number {
    return this.options.port
  }

  get buffer(): Uint8Array {
    return this.options.buffer
  }

  subscribe(filters: readonly string[], qos: QoS): Promise<void> {
    const bytes = this.options.dialect.subscribe(filters, qos, this.subscribed)
    this.subscribed += filters.length
    return this.ask(bytes)
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Says goodbye; resolves when the connection is closed, which is for the server to do where it is told goodbye. */
  async leave(): Promise<void> {
    this.closing = true
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()))
    const goodbye = this.options.dialect.goodbye()
    if (goodbye.length > 0) this.socket.write(goodbye)
    else this.socket.end()
    await closed
  }

  close(): void {
    this.closing = true
    this.socket.destroy()
  }

  /** Sends what the server answers once, and waits for that. */
  private async ask(bytes: Uint8Array): Promise<void> {
    const answer = new Promise<void>((resolve, reject) => {
      this.answered = (refusal) => (refusal === undefined ? resolve() : reject(new Error(refusal)))
    })
    this.receive = this.options.dialect.answers((refusal) => this.answered(refusal))
    this.socket.write(bytes)
    await answer
  }

  private end(error: Error): void {
    if (this.closing) return
    this.closing = true
    this.answered(error.message)
    this.options.lost(error)
  }
}

const host = '127.0.0.1'

/** Without a stream: each read fills the one buffer and is handed on as it is. */
const onread = (link: Link) => ({
  buffer: link.buffer,
  callback: (length: number, bytes: Uint8Array): boolean => {
    link.receive(bytes, length)
    return true
  },
})

const plainSocket = (link: Link): Socket => connect({ port: link.port, host, noDelay: true, onread: onread(link) })

const secureSocket = (link: Link, ca: string): Socket => {
  const options = { port: link.port, host, servername: 'localhost', ca, onread: onread(link) }
  const socket = connectSecure(options)
  socket.setNoDelay(true)
  return socket
}
