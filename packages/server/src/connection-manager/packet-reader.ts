import { Decoder, type Packet, type ProtocolVersion, type PublishRun, type TopicNames } from '@daakia/protocol/mqtt'
import { announcedVersion } from './announced-version.js'
import type { ByteStream } from './byte-stream.js'

export interface PacketReaderEvents {
  packet(packet: Packet): void
  /** Plain publishes as they lie in the bytes; false: they are to come packet by packet. */
  run(run: PublishRun): boolean
  /** The bytes are no packets (MqttError), or a packet could not be handled. Nothing is read after it. */
  failed(error: unknown): void
  /** Whole packets have come, and were handed over. */
  heard(): void
}

/** Turns a stream's bytes into packets, and stops reading while somebody holds it. */
export class PacketReader {
  readonly #decoder: Decoder
  /** The first bytes, until CONNECT was read. */
  #opening: Uint8Array | undefined
  #holds = 0
  /** Publishes of a run that was not taken, and which are still to come. */
  #singly = 0
  #reading = false
  #stopped = false

  constructor(
    private readonly stream: ByteStream,
    maximumPacketSize: number,
    names: TopicNames,
    private readonly events: PacketReaderEvents,
  ) {
    this.#decoder = new Decoder({ maximumPacketSize, role: 'server', names })
  }

  /** The version of the client, as far as it is known. */
  get version(): ProtocolVersion | undefined {
    return this.#decoder.version ?? (this.#opening && announcedVersion(this.#opening))
  }

  /** The longest packet that is taken from now on. */
  set maximumPacketSize(bytes: number) {
    this.#decoder.maximumPacketSize = bytes
    this.#opening = undefined
  }

  get held(): boolean {
    return this.#holds > 0
  }

  push(bytes: Uint8Array): void {
    if (this.#stopped) return
    if (this.#decoder.version === undefined) this.#opening ??= bytes
    this.#attempt(() => this.#decoder.push(bytes))
    if (this.#holds > 0) this.stream.pause()
    this.#read()
  }

  hold(): void {
    if (this.#holds++ === 0 && !this.#stopped) this.stream.pause()
  }

  /** The same, but the end of the stream is noticed where nothing comes before it. */
  await(): void {
    this.#holds++
  }

  release(): void {
    if (--this.#holds > 0) return
    this.#read()
    if (this.#holds === 0) this.stream.resume()
  }

  /** What arrives from now on is thrown away; it is still taken, so that the end of the stream is seen. */
  stop(): void {
    this.#stopped = true
    this.stream.resume()
  }

  #read(): void {
    // Handling a packet may release a hold, which leads back here: the loop below goes on anyway.
    if (this.#reading) return
    this.#reading = true
    this.#attempt(() => this.#readAll())
    this.#reading = false
  }

  #readAll(): void {
    let packets = 0
    while (this.#holds === 0 && !this.#stopped) {
      const read = this.#readRun() || this.#readPacket()
      if (read === 0) break
      packets += read
    }
    if (packets > 0) this.events.heard()
  }

  /** How many packets were taken as a run. */
  #readRun(): number {
    if (this.#singly > 0) return 0
    const run = this.#decoder.findRun()
    if (!run) return 0
    if (!this.events.run(run)) {
      this.#singly = run.count
      return 0
    }
    this.#decoder.skipRun()
    return run.count
  }

  #readPacket(): number {
    const packet = this.#decoder.next()
    if (!packet) return 0
    if (this.#singly > 0) this.#singly--
    this.events.packet(packet)
    return 1
  }

  #attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.stop()
      this.events.failed(error)
    }
  }
}
