import type { UserProperty } from '@daakia/protocol/mqtt'
import { ConnectionLost } from '../../src/errors.js'
import type { OpenTransport, Transport, TransportEvents, TransportMessage } from '../../src/transport/port.js'

export interface Published {
  message: TransportMessage
  acknowledge(): void
  refuse(error: Error): void
}

/** One connection, seen from the far end. */
export class ScriptedConnection implements Transport {
  readonly subscribed: { filter: string; userProperties: readonly UserProperty[] }[] = []
  readonly unsubscribed: string[] = []
  readonly published: Published[] = []
  closed = false
  readonly connection: string
  readonly #events: TransportEvents
  readonly #server: ScriptedServer
  readonly #pending = new Set<(error: Error) => void>()

  constructor(connection: string, events: TransportEvents, server: ScriptedServer) {
    this.connection = connection
    this.#events = events
    this.#server = server
  }

  publish(message: TransportMessage): Promise<void> {
    return this.#answered((resolve, reject) => {
      const published = { message, acknowledge: resolve, refuse: reject }
      this.published.push(published)
      this.#server.onPublish?.(published, this)
    })
  }

  async subscribe(filters: readonly { filter: string }[], userProperties: readonly UserProperty[] = []) {
    for (const { filter } of filters) this.subscribed.push({ filter, userProperties })
    const refusal = filters.map(({ filter }) => this.#server.refusals.get(filter)).find(Boolean)
    if (refusal) throw refusal
    for (const { filter } of filters) this.#server.onSubscribe?.(filter, userProperties, this)
    return this.#server.suback
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    this.unsubscribed.push(...filters)
  }

  async close(): Promise<void> {
    this.lose()
  }

  deliver(message: TransportMessage): void {
    this.#events.message(message)
  }

  /** Ends it, as a server or the network would. */
  lose(reason: Error = new ConnectionLost('cut')): void {
    if (this.closed) return
    this.closed = true
    for (const reject of this.#pending) reject(new ConnectionLost('cut'))
    this.#events.closed(reason)
  }

  #answered(start: (resolve: () => void, reject: (error: Error) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject)
      start(resolve, reject)
    })
  }
}

/** The far end of a `Transport`, told by a test what to answer. */
export class ScriptedServer {
  readonly connections: ScriptedConnection[] = []
  readonly refusals = new Map<string, Error>()
  suback: readonly UserProperty[] = []
  onPublish: ((published: Published, connection: ScriptedConnection) => void) | undefined
  onSubscribe:
    | ((filter: string, userProperties: readonly UserProperty[], connection: ScriptedConnection) => void)
    | undefined
  /** Thrown to whoever connects. */
  down: Error | undefined

  readonly open: OpenTransport = async (events) => {
    if (this.down) throw this.down
    const connection = new ScriptedConnection('c1', events, this)
    this.connections.push(connection)
    return connection
  }

  get connection(): ScriptedConnection {
    const connection = this.connections.at(-1)
    if (!connection) throw new Error('nobody has connected')
    return connection
  }
}
