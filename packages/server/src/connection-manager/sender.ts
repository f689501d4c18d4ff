import { type ConnectPacket, encode, type Packet, type ProtocolVersion, type PublishRun } from '@daakia/protocol/mqtt'
import type { Buffers, Encoded } from './buffers.js'
import type { ByteStream } from './byte-stream.js'
import type { ConnectionLimits } from './limits.js'
import type { Meter } from './meter.js'
import { OutboundPackets, whole } from './outbound.js'
import { PacketWriter } from './packet-writer.js'
import type { Tick } from './tick.js'

export interface SenderOptions {
  tick: Tick
  buffers: Buffers
  limits: ConnectionLimits
}

/** The connection that sends. */
export interface SenderOwner {
  /** Nothing is sent any more. */
  readonly closed: boolean
  /** The stream takes no more until it has `drained`. */
  stalled(): void
  /** More waits for the stream than may. */
  overrun(): void
}

/** What goes out on one connection: encoded as its client asked for, counted, and written once a tick. */
export class Sender {
  readonly #writer: PacketWriter
  #outbound: OutboundPackets | undefined

  constructor(
    stream: ByteStream,
    private readonly meter: Meter,
    private readonly options: SenderOptions,
    private readonly owner: SenderOwner,
  ) {
    this.#writer = new PacketWriter(stream, options.tick, () => owner.stalled())
  }

  get full(): boolean {
    return this.#writer.full
  }

  get aliasing(): boolean {
    return this.#outbound?.aliasing ?? false
  }

  /** The client has said what it takes; nothing but a last word is sent before. */
  begin(connect: ConnectPacket): void {
    const { buffers, limits } = this.options
    this.#outbound = new OutboundPackets(connect, buffers, limits.topicAliases)
  }

  send(packet: Packet): boolean {
    const encoded = this.#outbound?.encode(packet)
    return encoded !== undefined && this.#put(encoded)
  }

  write(packet: Encoded): boolean {
    return (this.#outbound?.takes(packet.end - packet.start) ?? false) && this.#put(packet)
  }

  forward(run: PublishRun): boolean {
    return (this.#outbound?.takesAsIs(run) ?? false) && this.#putRun(run)
  }

  /** A last word may come before CONNECT has said what the client takes. */
  sendLast(packet: Packet, version: ProtocolVersion): void {
    const encoded = this.#outbound ? this.#outbound.encode(packet) : whole(encode(packet, version))
    if (encoded) this.#put(encoded)
  }

  drained(): void {
    this.#writer.drained()
  }

  /** Hands over everything, whatever room there is: the stream is about to end. */
  finish(): void {
    this.#writer.finish()
  }

  #put(packet: Encoded): boolean {
    if (this.owner.closed) return false
    this.meter.sent(packet)
    return this.#write(packet)
  }

  #putRun(run: PublishRun): boolean {
    if (this.owner.closed) return false
    this.meter.sentRun(run)
    return this.#write(run)
  }

  #write({ bytes, start, end }: Encoded): true {
    this.#writer.write(bytes, start, end)
    if (this.#writer.waitingBytes > this.options.limits.unsentBytes) this.owner.overrun()
    return true
  }
}
