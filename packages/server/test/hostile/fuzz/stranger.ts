import { Decoder, encode, type Packet, type ProtocolVersion } from '@daakia/protocol/mqtt'
import type { ByteStream } from '../../../src/index.js'

/** How a client takes what it gets. */
export interface Manner {
  version: ProtocolVersion
  /** What it said in CONNECT that it takes. */
  maximumPacketSize: number
  /** It acknowledges, as a client has to. */
  honest: boolean
}

/** A client of which nothing is certain but that it reads what it is told, and holds the server to the protocol. */
export class Stranger {
  /** What the server did that no server may. */
  readonly complaints: string[] = []
  readonly #decoder: Decoder
  #closed = false

  constructor(
    private readonly stream: ByteStream,
    private readonly manner: Manner,
  ) {
    this.#decoder = new Decoder({ role: 'client', ...manner })
    stream.open({
      data: (bytes) => this.#read(bytes),
      drained: () => {},
      closed: () => {
        this.#closed = true
      },
    })
  }

  send(bytes: Uint8Array, pieces: number): void {
    const length = Math.ceil(bytes.length / pieces)
    for (let at = 0; at < bytes.length && !this.#closed; at += length)
      this.stream.write(bytes.subarray(at, at + length))
  }

  pause(): void {
    this.stream.pause()
  }

  resume(): void {
    this.stream.resume()
  }

  vanish(): void {
    this.stream.destroy()
  }

  #read(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes)
      for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) this.#answer(packet)
    } catch (error) {
      this.complaints.push(`The server sent what is no packet: ${error}`)
    }
  }

  #answer(packet: Packet): void {
    const answer = this.manner.honest ? answerTo(packet) : undefined
    if (answer && !this.#closed) this.stream.write(encode(answer, this.manner.version))
  }
}

const answerTo = (packet: Packet): Packet | undefined => {
  const packetId = 'packetId' in packet ? packet.packetId : undefined
  if (packetId === undefined) return undefined
  if (packet.type === 'publish') return { type: packet.qos === 1 ? 'puback' : 'pubrec', packetId, reasonCode: 0 }
  if (packet.type === 'pubrec') return { type: 'pubrel', packetId, reasonCode: 0 }
  if (packet.type === 'pubrel') return { type: 'pubcomp', packetId, reasonCode: 0 }
  return undefined
}
