import { Decoder, MqttError, type Packet, TopicNames } from '@daakia/protocol/mqtt'
import { Outgoing } from './outgoing.js'
import type { OpenSocket, Socket } from './sockets/port.js'

export interface WireEvents {
  /** The socket is open; nothing has been sent yet. */
  opened(): void
  packet(packet: Packet): void
  /** Bytes of any kind came, or went. */
  heard(): void
  said(): void
  drained(): void
  /** What came is no MQTT, or should not have come. The socket is still open. */
  broken(error: MqttError): void
  /** The socket is gone; called once. */
  closed(error?: Error): void
}

const version = 5
/** Without its reason string. */
const longestDisconnect = 16
/** The largest packet that MQTT can write: what a server sends is asked for. Memory is taken as it arrives. */
const maximumPacketSize = 268_435_460

/** Packets over a socket. */
export class Wire {
  readonly outgoing: Outgoing
  readonly #socket: Socket
  readonly #events: WireEvents
  readonly #decoder = new Decoder({ role: 'client', version, maximumPacketSize, names: new TopicNames() })
  #failure: Error | undefined
  #deaf = false

  constructor(openSocket: OpenSocket, url: URL, events: WireEvents) {
    this.#events = events
    this.#socket = openSocket(url, {
      opened: () => events.opened(),
      data: (bytes) => this.#read(bytes),
      drained: () => {
        this.outgoing.drained()
        events.drained()
      },
      closed: (error) => {
        this.#deaf = true
        events.closed(this.#failure ?? error)
      },
    })
    this.outgoing = new Outgoing(this.#socket, () => events.said())
  }

  /** Says goodbye. What comes from here on is not heard. */
  leave(reasonCode: number, reasonString?: string): void {
    if (this.#deaf) return
    this.#deaf = true
    // [MQTT-3.14.2-3]: the words are left out where the server does not take so long a packet.
    const fits = reasonString && reasonString.length * 3 + longestDisconnect <= this.outgoing.maximumPacketSize
    this.outgoing.send({ type: 'disconnect', reasonCode, ...(fits && { properties: { reasonString } }) })
  }

  /** Closes after what was collected has gone out. Nothing more is heard. */
  end(): void {
    this.#deaf = true
    this.outgoing.flush()
    this.#socket.end()
  }

  /** Closes at once, for this reason. */
  break(reason?: Error): void {
    this.#failure ??= reason
    this.#deaf = true
    this.#socket.destroy()
  }

  #read(bytes: Uint8Array): void {
    this.#events.heard()
    const decoder = this.#decoder
    try {
      decoder.push(bytes)
      for (let packet = decoder.next(); packet && !this.#deaf; packet = decoder.next()) this.#events.packet(packet)
    } catch (error) {
      if (!(error instanceof MqttError)) throw error
      this.#failure ??= new Error(`the server broke the protocol: ${error.message}`)
      this.#events.broken(error)
    }
  }
}
