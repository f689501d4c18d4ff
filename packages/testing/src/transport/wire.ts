import { Decoder, encode, type Packet } from '@daakia/protocol/mqtt'
import type { ByteStream } from '@daakia/server'

export interface WireEvents {
  packet(packet: Packet): void
  /** The stream is gone; called once, with the reason where what came could not be read. */
  closed(reason?: Error): void
  /** A packet went in either direction. */
  travelled(): void
}

const version = 5
/** After so many chunks of bytes the event loop has its turn. */
const chunksInARow = 256
/** The largest packet that MQTT can write: what a test sends is its own affair. */
const maximumPacketSize = 268_435_460

/** Packets over a stream of bytes: the very bytes that would travel over a network. */
export class Wire {
  readonly #stream: ByteStream
  readonly #events: WireEvents
  readonly #decoder = new Decoder({ role: 'client', version, maximumPacketSize })
  #failure: Error | undefined
  #chunks = 0

  constructor(stream: ByteStream, events: WireEvents) {
    this.#stream = stream
    this.#events = events
    stream.open({
      data: (bytes) => {
        this.#read(bytes)
        this.#breathe()
      },
      drained() {},
      closed: () => events.closed(this.#failure),
    })
  }

  send(packet: Packet): void {
    this.#events.travelled()
    this.#stream.write(encode(packet, version))
  }

  /** Closes after what was sent has gone out. */
  end(): void {
    this.#stream.end()
  }

  /** Closes at once, as a process that dies does. */
  cut(): void {
    this.#stream.destroy()
  }

  #read(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes)
      for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) {
        this.#events.travelled()
        this.#events.packet(packet)
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
      this.cut()
    }
  }
  /**
   * Nothing here waits for a socket: two ends that go on answering each other for ever would never let a timer of the
   * test runner fire.
   */
  #breathe(): void {
    this.#chunks += 1
    if (this.#chunks % chunksInARow !== 0) return
    this.#stream.pause()
    setImmediate(() => this.#stream.resume())
  }
}
