import type { Alarm } from '@daakia/protocol'
import {
  type ConnectPacket,
  encode,
  MqttError,
  mayCarry,
  type Packet,
  type ProtocolVersion,
  ReasonCode,
  toReturnCode,
} from '@daakia/protocol/mqtt'
import type { LogFields } from '../log.js'
import type { ByteStream, Remote } from './byte-stream.js'
import { deferred } from './deferred.js'
import { type HandshakeOptions, type Introduction, introduce, type Refusal } from './handshake.js'
import { KeepAlive } from './keep-alive.js'
import type { ClientPacket, Link, OpenSession, SessionHost } from './link.js'
import { OutboundPackets } from './outbound.js'
import { PacketReader } from './packet-reader.js'
import { PacketWriter } from './packet-writer.js'
import type { Connections } from './port.js'
import type { Tick } from './tick.js'
import { InboundAliases } from './topic-aliases.js'

export interface ConnectionOptions extends HandshakeOptions {
  connections: Connections
  host: SessionHost
  tick: Tick
  /** Whether there is room for one more; called when a CONNECT has come. */
  admit(): boolean
}

/** One stream from its first byte to its last: handshake, packets in and out, keep-alive, goodbye. */
export class Connection implements Link {
  closed = false
  readonly #reader: PacketReader
  readonly #writer: PacketWriter
  readonly #aliases: InboundAliases
  readonly #gone = deferred()
  readonly #over = deferred()
  readonly #settled = deferred()
  #connect: ConnectPacket | undefined
  #outbound: OutboundPackets | undefined
  #session: OpenSession | undefined
  #welcomed = false
  #stalled = false
  #alarm: Alarm
  #keepAlive: KeepAlive | undefined

  constructor(
    private readonly stream: ByteStream,
    private readonly options: ConnectionOptions,
  ) {
    const { limits, clock, tick } = options
    this.#aliases = new InboundAliases(limits.topicAliases)
    this.#writer = new PacketWriter(stream, tick, () => this.#stall())
    this.#reader = new PacketReader(stream, limits.packetSizeBytes, {
      packet: (packet) => this.#packet(packet),
      failed: (error) => this.#failed(error),
      heard: () => this.#keepAlive?.heard(),
    })
    this.#alarm = clock.after(limits.connectTimeoutMs, () => this.#abort())
    stream.open({
      data: (bytes) => this.#reader.push(bytes),
      drained: () => this.#drained(),
      closed: () => this.#streamClosed(),
    })
  }

  /** Resolves when the stream is closing and nothing goes on under the session's name any more. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  get version(): ProtocolVersion {
    // What speaks neither version is most likely MQTT 3.1, which reads an answer of 3.1.1.
    return this.#reader.version ?? 4
  }

  get remote(): Remote {
    return this.stream.remote
  }

  get full(): boolean {
    return this.#writer.full
  }

  get connected(): boolean {
    return this.#connect !== undefined
  }

  get aliasing(): boolean {
    return this.#outbound?.aliasing ?? false
  }

  get maximumPacketSize(): number {
    return this.#connect?.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY
  }

  send(packet: Packet): boolean {
    const bytes = this.#outbound?.encode(packet)
    return bytes !== undefined && this.#put(bytes)
  }

  write(packet: Uint8Array): boolean {
    return packet.length <= this.maximumPacketSize && this.#put(packet)
  }

  hold(): void {
    this.#reader.hold()
  }

  release(): void {
    this.#reader.release()
  }

  close(reasonCode: number, reason?: string): void {
    if (this.closed) return
    if (this.#welcomed) this.#sayGoodbye(reasonCode, reason)
    else this.#sayNo(reasonCode, reason)
    this.end()
  }

  end(): void {
    if (this.closed) return
    this.#close()
    this.#writer.finish()
    this.stream.end()
    const { clock, limits } = this.options
    this.#alarm = clock.after(limits.closeTimeoutMs, () => this.stream.destroy())
  }

  #abort(): void {
    this.#close()
    this.stream.destroy()
  }

  #close(): void {
    if (this.closed) return
    this.closed = true
    this.#alarm.cancel()
    this.#keepAlive?.stop()
    this.#reader.stop()
    this.#gone.resolve()
    if (!this.#connect) this.#over.resolve()
  }

  #streamClosed(): void {
    this.#close()
    this.#alarm.cancel()
  }

  #put(bytes: Uint8Array): boolean {
    if (this.closed) return false
    this.#writer.write(bytes)
    if (this.#writer.waitingBytes > this.options.limits.unsentBytes) this.#tooSlow()
    return true
  }

  #tooSlow(): void {
    this.options.log.warn(this.#fields, 'Closed a connection that does not read what is sent to it')
    this.#abort()
  }

  /** Who does not take what is sent is not listened to either: its packets would only add to it. */
  #stall(): void {
    if (this.#stalled || this.closed) return
    this.#stalled = true
    this.hold()
  }

  #drained(): void {
    this.#writer.drained()
    if (this.full || this.closed) return
    this.#session?.drained()
    if (!this.#stalled || this.full) return
    this.#stalled = false
    this.release()
  }

  #packet(packet: Packet): void {
    // The decoder lets a CONNECT through once, and nothing before it [MQTT-3.1.0-1], [MQTT-3.1.0-2].
    if (packet.type === 'connect') this.#begin(packet)
    else this.#session?.packet(packet.type === 'publish' ? this.#aliases.resolve(packet) : (packet as ClientPacket))
  }

  #failed(error: unknown): void {
    const known = error instanceof MqttError
    if (!known) this.options.log.error({ ...this.#fields, error: String(error) }, 'A packet could not be handled')
    this.close(known ? error.reasonCode : ReasonCode.UnspecifiedError, known ? error.message : undefined)
  }

  #begin(connect: ConnectPacket): void {
    this.#connect = connect
    this.#outbound = new OutboundPackets(tasteOf(connect))
    this.hold()
    this.#live(connect)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#close()
        this.#over.resolve()
      })
  }

  async #live(connect: ConnectPacket): Promise<void> {
    const introduction = this.options.admit() ? await introduce(connect, this.remote, this.options) : serverBusy
    if ('name' in introduction) await this.#claimName(connect, introduction)
    else this.#refuse(introduction)
  }

  async #claimName(connect: ConnectPacket, introduction: Introduction): Promise<void> {
    if (this.closed) return
    const claim = await this.options.connections.claim(introduction.name, () => this.#loseName())
    try {
      await this.#liveNamed(connect, introduction)
    } finally {
      this.#settled.resolve()
      await this.options.connections.release(claim)
    }
  }

  async #liveNamed(connect: ConnectPacket, introduction: Introduction): Promise<void> {
    if (this.closed) return
    const session = await this.options.host.open(this, connect, introduction.name)
    if ('reasonCode' in session) this.#refuse(session)
    else await this.#serve(introduction, session)
  }

  async #serve(introduction: Introduction, session: OpenSession): Promise<void> {
    try {
      if (!this.closed) this.#welcome(introduction, session)
      await this.#gone.promise
    } finally {
      await session.ended()
    }
  }

  /** [MQTT-3.1.4-3] resolves when this connection does nothing under its name any more. */
  #loseName(): Promise<void> {
    this.close(ReasonCode.SessionTakenOver, 'Another connection uses this client identifier.')
    return this.#settled.promise
  }

  #welcome({ keepAlive, properties }: Introduction, session: OpenSession): void {
    this.#alarm.cancel()
    this.#session = session
    this.#welcomed = true
    if (keepAlive > 0) this.#keepAlive = this.#watch(keepAlive * 1500)
    const all = { ...properties, ...session.properties }
    this.send({ type: 'connack', sessionPresent: session.present, reasonCode: ReasonCode.Success, properties: all })
    session.begin()
    this.release()
  }

  #watch(limitMs: number): KeepAlive {
    return new KeepAlive(this.options.clock, limitMs, () => {
      if (this.#reader.held) this.#keepAlive?.extend()
      else this.close(ReasonCode.KeepAliveTimeout, 'No packet came within the keep-alive.')
    })
  }

  #refuse({ reasonCode, reason }: Refusal): void {
    if (!this.closed) this.options.log.warn({ ...this.#fields, reasonCode, reason }, 'Refused a connection')
    this.close(reasonCode, reason)
  }

  /** Before CONNACK a refusal is told in it; MQTT 3.1.1 has no code for most, and is closed without one. */
  #sayNo(reasonCode: number, reason: string | undefined): void {
    const code = this.version === 5 ? connackCode(reasonCode) : toReturnCode(reasonCode)
    if (code !== undefined) this.#put(encode(connackOf(code, reason), this.version))
  }

  #sayGoodbye(reasonCode: number, reason: string | undefined): void {
    if (this.version === 5) this.send({ type: 'disconnect', reasonCode, ...explained(reason) })
  }

  get #fields(): LogFields {
    return { address: this.remote.address }
  }
}

const serverBusy: Refusal = { reasonCode: ReasonCode.ServerBusy, reason: 'Too many connections; try again later.' }

const connackCode = (reasonCode: number): number =>
  mayCarry('connack', reasonCode) ? reasonCode : ReasonCode.ServerUnavailable

const connackOf = (reasonCode: number, reason: string | undefined): Packet => ({
  type: 'connack',
  sessionPresent: false,
  reasonCode,
  ...explained(reason),
})

const explained = (reason: string | undefined) => (reason ? { properties: { reasonString: reason } } : {})

const tasteOf = ({ version, properties }: ConnectPacket) => ({
  version,
  maximumPacketSize: properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
  problemInformation: properties?.requestProblemInformation ?? true,
  topicAliasMaximum: properties?.topicAliasMaximum ?? 0,
})
