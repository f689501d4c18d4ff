import { readPublish } from './codecs/publish.js'
import { MqttError, malformed, protocolError } from './error.js'
import { Framer, type HeaderCheck } from './framer.js'
import { ordinaryTypes, type PacketType, publishType } from './packet-types.js'
import type { Packet, ProtocolVersion } from './packets.js'
import { isPlainPublish, PublishRun } from './publish-run.js'
import { Reader } from './reader.js'
import { ReasonCode } from './reason-codes.js'
import type { TopicNames } from './topic-names.js'

interface CommonOptions {
  /** The longest packet that is taken, header included, in bytes. A longer one is refused with 0x95. */
  maximumPacketSize: number
  /** Keeps topic names, for all connections of a server; without it, each is decoded as it comes. */
  names?: TopicNames | undefined
}

/**
 * `role` is the end of the connection that reads: a packet that only the other end may receive is refused with 0x82.
 * A client gives the version it speaks. A server learns it from CONNECT and takes no other packet before; a server that
 * gives it takes no CONNECT.
 */
export type DecoderOptions = CommonOptions &
  ({ role: 'server'; version?: ProtocolVersion | undefined } | { role: 'client'; version: ProtocolVersion })

type Read = (reader: Reader, flags: number) => Packet

const byCode: readonly (PacketType | undefined)[] = Array.from({ length: 16 }, (_, code) =>
  [...ordinaryTypes, publishType].find((each) => each.code === code),
)
const readers: readonly (Read | undefined)[] = Array.from({ length: 16 }, (_, code) =>
  code === publishType.code ? readPublish : ordinaryTypes.find((each) => each.code === code)?.codec.read,
)

const connectCode = 1

/**
 * Reads packets from a stream of bytes that is cut anywhere.
 *
 * Payloads and other binary values are views of the bytes that were pushed, so those must not be changed while a packet
 * is in use. A view keeps the memory of its whole chunk alive: copy what is to be kept for long. Strings are copies.
 *
 * ```ts
 * decoder.push(chunk)
 * for (let packet = decoder.next(); packet; packet = decoder.next()) handle(packet)
 * ```
 */
export class Decoder implements HeaderCheck {
  /** May be changed between packets. */
  maximumPacketSize: number
  readonly #reader: Reader
  readonly #framer: Framer
  readonly #names: TopicNames | undefined
  #run: PublishRun | undefined
  #failure: unknown

  constructor({ role, maximumPacketSize, version, names }: DecoderOptions) {
    this.maximumPacketSize = maximumPacketSize
    this.#names = names
    this.#reader = new Reader(role, version, names)
    this.#framer = new Framer(this)
  }

  /** The version of the connection. Known as soon as CONNECT has said it, even where the rest of CONNECT is refused. */
  get version(): ProtocolVersion | undefined {
    return this.#reader.version
  }

  /** Takes bytes. They are read, and errors found, by `next`. */
  push(chunk: Uint8Array): void {
    this.#framer.push(chunk)
  }

  /**
   * The next packet, or `undefined` until more bytes come.
   *
   * @throws MqttError where the peer broke the protocol; then again on every call, for what follows has no meaning.
   */
  next(): Packet | undefined {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return this.#next()
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /**
   * The plain publishes to one topic that come next, as they lie in the bytes, for who passes them on; `undefined` where
   * something else comes next. Who takes them says `skipRun`; else `next` gives them one by one. The same object
   * describes the next run. Needs `names`.
   *
   * @throws MqttError as `next` does.
   */
  findRun(): PublishRun | undefined {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return this.#findRun()
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /** What `findRun` found was taken. */
  skipRun(): void {
    if (this.#run) this.#framer.skipTo(this.#run.end)
  }

  #findRun(): PublishRun | undefined {
    const { chunk, position } = this.#framer
    const version = this.#reader.version
    if (!version || !this.#names || !isPlainPublish(chunk, position)) return undefined
    this.#run ??= new PublishRun()
    return this.#run.find(chunk, position, version, this.maximumPacketSize, this.#names) ? this.#run : undefined
  }

  #next(): Packet | undefined {
    const reader = this.#reader
    const framer = this.#framer
    if (!framer.next()) {
      reader.close()
      this.#run?.clear()
      return undefined
    }
    reader.open(framer.bytes, framer.bodyStart, framer.end)
    const read = readers[framer.firstByte >> 4] as Read
    const packet = read(reader, framer.firstByte & 15)
    if (reader.left > 0) throw malformed('There are bytes after the end of the packet')
    // 3.1.1 does not ask for the shortest form, and the version may only now be known.
    if (!framer.minimal && reader.version === 5)
      throw malformed('Remaining Length is not in its shortest form [MQTT-1.5.5-1]')
    return packet
  }

  /** For its framer. */
  checkHeader(firstByte: number, sizeBytes: number): void {
    this.#checkType(firstByte)
    if (sizeBytes > this.maximumPacketSize) {
      throw new MqttError(
        ReasonCode.PacketTooLarge,
        `A packet of ${sizeBytes} bytes is over the limit of ${this.maximumPacketSize}`,
      )
    }
  }

  #checkType(firstByte: number): void {
    const { role, version } = this.#reader
    const type = byCode[firstByte >> 4]
    if (!type) throw malformed('Packet type 0 is reserved (2.1.2)')
    if (type !== publishType && (firstByte & 15) !== type.flags)
      throw malformed('Reserved header flags are set [MQTT-2.1.3-1]')
    if (version === undefined && type.code !== connectCode)
      throw protocolError('The first packet is no CONNECT [MQTT-3.1.0-1]')
    if (version !== undefined && type.code === connectCode)
      throw protocolError('There is a second CONNECT [MQTT-3.1.0-2]')
    if (!type.receivers[version ?? 5].includes(role))
      throw protocolError(`A ${role} receives no ${type.type} packet (2.1.2)`)
  }
}
