import { connect, type Socket } from 'node:net'
import { type ConnectPacket, Decoder, encode, type Packet, type ProtocolVersion } from '@daakia/protocol/mqtt'

export interface WireOptions {
  port: number
  connect: ConnectPacket
  packet(packet: Packet): void
  /** Once, however the connection ends. */
  closed(): void
}

const largestPacketBytes = 1 << 28
const pingEveryMs = 400
/** The server may have been paused; what is longer is a dead connection. */
const patienceMs = 1_500

/** One MQTT connection, packet by packet, which notices when the other end is not there any more. */
export class Wire {
  readonly #socket: Socket
  readonly #decoder: Decoder
  readonly #version: ProtocolVersion
  readonly #pings: NodeJS.Timeout
  readonly #options: WireOptions
  #heardAt = performance.now()

  constructor(options: WireOptions) {
    const { port, connect: greeting } = options
    this.#options = options
    this.#version = greeting.version
    this.#decoder = new Decoder({ role: 'client', version: this.#version, maximumPacketSize: largestPacketBytes })
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (bytes) => this.#take(bytes))
    this.#socket.on('error', () => {})
    this.#socket.once('close', () => this.#end())
    this.#pings = setInterval(() => this.#ping(), pingEveryMs)
    this.send(greeting)
  }

  send(packet: Packet): void {
    if (!this.#socket.destroyed) this.#socket.write(encode(packet, this.#version))
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > patienceMs) this.destroy()
    else if (!this.#socket.connecting) this.send({ type: 'pingreq' })
  }

  #take(bytes: Uint8Array): void {
    this.#heardAt = performance.now()
    this.#decoder.push(bytes)
    for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) this.#options.packet(packet)
  }

  #end(): void {
    clearInterval(this.#pings)
    this.#options.closed()
  }
}
