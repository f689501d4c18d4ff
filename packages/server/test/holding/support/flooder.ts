import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { Decoder, encode, type QoS } from '@daakia/protocol/mqtt'
import { connectPacket, publishPacket } from '../../support/peer.js'

export interface Flood {
  topic: string
  qos: 0 | 1
  payloadBytes: number
  /** A multiple of 32, as many as are written at once. */
  count: number
}

/** Below what the server takes unacknowledged (its Receive Maximum). */
const window = 500
const publishesPerWrite = 32

/** Publishes as fast as the server reads, QoS 1 as fast as it acknowledges. */
export class Flooder {
  readonly #decoder = new Decoder({ role: 'client', version: 5, maximumPacketSize: 1 << 20 })
  #answered = 0
  #wake = () => {}

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => this.#read(bytes))
  }

  static async connect(port: number, clientId: string): Promise<Flooder> {
    const socket = createConnection(port, '127.0.0.1')
    await once(socket, 'connect')
    const flooder = new Flooder(socket)
    socket.write(encode(connectPacket({ clientId }), 5))
    await flooder.#answers(1)
    return flooder
  }

  /** Resolves when the server has taken all of it. */
  async flood({ topic, qos, payloadBytes, count }: Flood): Promise<void> {
    const before = this.#answered
    const payload = 'x'.repeat(payloadBytes)
    // Those of QoS 0 are all the same.
    const ready = publishes(topic, 0, payload, { from: 0, count: publishesPerWrite })
    for (let sent = 0; sent < count; ) {
      if (qos === 1) await this.#answers(before + sent + publishesPerWrite - window)
      await this.#write(qos === 0 ? ready : publishes(topic, qos, payload, { from: sent, count: publishesPerWrite }))
      sent += publishesPerWrite
    }
    await this.#write(encode({ type: 'pingreq' }, 5))
    await this.#answers(before + 1 + (qos === 1 ? count : 0))
  }

  end(): void {
    this.socket.destroy()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (!this.socket.write(bytes)) await once(this.socket, 'drain')
  }

  async #answers(count: number): Promise<void> {
    while (this.#answered < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
  }

  #read(bytes: Uint8Array): void {
    this.#decoder.push(bytes)
    while (this.#decoder.next()) this.#answered++
    this.#wake()
  }
}

const publishes = (topic: string, qos: QoS, payload: string, { from, count }: { from: number; count: number }) =>
  Buffer.concat(
    Array.from({ length: count }, (_, n) =>
      encode(publishPacket(topic, payload, { qos, ...(qos > 0 && { packetId: ((from + n) % 60_000) + 1 }) }), 5),
    ),
  )
