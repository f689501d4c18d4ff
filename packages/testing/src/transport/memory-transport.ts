import { ConnectionLost, type OpenTransport, type Transport, type TransportEvents } from '@daakia/client-sdk'
import type { ConnackPacket, Packet } from '@daakia/protocol/mqtt'
import type { ByteStream } from '@daakia/server'
import { MemoryConnection } from './connection.js'
import { refusalOf } from './packets.js'
import { Wire } from './wire.js'

export interface MemoryTransportOptions {
  /** Makes the client's end of a new stream to the server. */
  stream(): ByteStream
  /** The MQTT user name. */
  client: string
  /** The MQTT client identifier, which names the connection. */
  connection: string
  /** Called with every packet, in either direction. */
  travelled?(): void
}

/** Connections within this process: MQTT 5 in its real bytes, without a socket and without a timer. */
export const memoryTransport =
  (options: MemoryTransportOptions): OpenTransport =>
  (events) =>
    new Promise((resolve, reject) => new Opening(options, events, { resolve, reject }).begin())

interface Opener {
  resolve(transport: Transport): void
  reject(reason: Error): void
}

/** From CONNECT to CONNACK; from then on everything is the connection's. */
class Opening {
  readonly #options: MemoryTransportOptions
  readonly #events: TransportEvents
  readonly #opener: Opener
  readonly #wire: Wire
  #opened: MemoryConnection | undefined

  constructor(options: MemoryTransportOptions, events: TransportEvents, opener: Opener) {
    this.#options = options
    this.#events = events
    this.#opener = opener
    this.#wire = new Wire(options.stream(), {
      travelled: () => options.travelled?.(),
      packet: (packet) => this.#receive(packet),
      closed: (reason) => this.#closed(reason),
    })
  }

  begin(): void {
    const { client: username, connection: clientId } = this.#options
    this.#wire.send({ type: 'connect', version: 5, clientId, username, cleanStart: true, keepAlive: 0 })
  }

  #receive(packet: Packet): void {
    if (this.#opened) this.#opened.receive(packet)
    else if (packet.type === 'connack') this.#answered(packet)
  }

  #answered(connack: ConnackPacket): void {
    const refusal = refusalOf(connack)
    if (refusal) {
      this.#opener.reject(refusal)
    } else {
      this.#opened = new MemoryConnection(this.#wire, this.#options.connection, connack, this.#events)
      this.#opener.resolve(this.#opened)
    }
  }

  #closed(reason?: Error): void {
    if (this.#opened) this.#opened.lost(reason)
    else this.#opener.reject(reason ?? new ConnectionLost('The server closed the connection.'))
  }
}
