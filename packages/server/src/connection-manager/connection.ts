import type { Alarm } from '@daakia/protocol'
import {
  type ConnackPacket,
  type ConnectPacket,
  MqttError,
  type Packet,
  type PacketBuffer,
  type ProtocolVersion,
  type PublishRun,
  ReasonCode,
  reasonText,
} from '@daakia/protocol/mqtt'
import { count } from '../counters.js'
import { LimitError } from '../limits/limit-error.js'
import { countLimit } from '../limits/refuse.js'
import { type Admission, type AdmissionOptions, admit } from './admission.js'
import type { Refusal } from './authentication/authenticator.js'
import { AuthExchange } from './authentication/exchange.js'
import type { Encoded } from './buffers.js'
import type { ByteStream, Remote } from './byte-stream.js'
import { KeepAlive } from './keep-alive.js'
import { connackCode, type Ending, goodbye, refusal } from './last-word.js'
import type { ClientPacket, Link, OpenSession } from './link.js'
import { Meter } from './meter.js'
import { PacketReader, type PacketReaderEvents } from './packet-reader.js'
import type { Occupation } from './port.js'
import { Sender, type SenderOptions, type SenderOwner } from './sender.js'
import { InboundAliases } from './topic-aliases.js'
import type { WaitingRoom } from './waiting-room.js'

export interface ConnectionOptions extends AdmissionOptions, SenderOptions {
  waitingRoom: WaitingRoom
  /** Asked when a CONNECT has come: why there is no room for one more. */
  enter(): Refusal | undefined
  /** The stream is closing, and nothing goes on under the session's name any more. */
  left(connection: Connection): void
}

/** One stream from its first byte to its last: CONNECT, packets in and out, keep-alive, goodbye. */
export class Connection implements Link, PacketReaderEvents, SenderOwner {
  closed = false
  /** Its CONNECT has come. */
  connected = false
  readonly #reader: PacketReader
  readonly #sender: Sender
  readonly #aliases: InboundAliases
  readonly #meter: Meter
  #session: OpenSession | undefined
  #admission: Admission | undefined
  #stalling = false
  #alarm: Alarm | undefined
  #keepAlive: KeepAlive | undefined
  #exchange: AuthExchange | undefined

  constructor(
    private readonly stream: ByteStream,
    private readonly options: ConnectionOptions,
  ) {
    const { limits, clock, buffers, counters } = options
    this.#meter = new Meter(counters)
    this.#aliases = new InboundAliases()
    this.#sender = new Sender(stream, this.#meter, options, this)
    this.#reader = new PacketReader(stream, Math.min(limits.connectBytes, limits.packetSizeBytes), buffers.names, this)
    this.#alarm = clock.after(limits.connectTimeoutMs, () => this.#overstay())
    stream.open({
      data: (bytes) => this.#data(bytes),
      drained: () => this.#drained(),
      closed: () => this.#streamClosed(),
    })
  }

  get version(): ProtocolVersion {
    // What speaks neither version is most likely MQTT 3.1, which reads an answer of 3.1.1.
    return this.#reader.version ?? 4
  }

  get remote(): Remote {
    return this.stream.remote
  }

  get keepAliveSeconds(): number {
    return (this.#keepAlive?.limitMs ?? 0) / 1500
  }

  get full(): boolean {
    return this.#sender.full
  }

  get publishes(): PacketBuffer {
    return this.options.buffers.publishes
  }

  get aliasing(): boolean {
    return this.#sender.aliasing
  }

  send(packet: Packet): boolean {
    return this.#sender.send(packet)
  }

  write(packet: Encoded): boolean {
    return this.#sender.write(packet)
  }

  forward(run: PublishRun): boolean {
    return this.#sender.forward(run)
  }

  hold(): void {
    this.#reader.hold()
  }

  release(): void {
    this.#reader.release()
  }

  close(reasonCode: number, reason?: string, serverReference?: string): void {
    if (this.closed) return
    this.#sayLast({ reasonCode, reason, serverReference })
    this.end()
  }

  /** What it does that others wait for. */
  get occupation(): Occupation | undefined {
    return this.#session?.occupation
  }

  /** Says DISCONNECT when what its client has sent is answered; what comes after that is not read. */
  async dismiss(reasonCode: number, reason: string): Promise<void> {
    if (this.closed) return
    this.hold()
    await this.#session?.answered()
    this.close(reasonCode, reason)
  }

  end(): void {
    if (this.closed) return
    this.#close()
    this.#sender.finish()
    this.stream.end()
    const { clock, limits } = this.options
    this.#alarm = clock.after(limits.closeTimeoutMs, () => this.stream.destroy())
  }

  #data(bytes: Uint8Array): void {
    this.#meter.bytesReceived(bytes.length)
    this.#reader.push(bytes)
  }

  #overstay(): void {
    this.options.waitingRoom.overstayed()
    this.#abort()
  }

  #abort(): void {
    this.#close()
    this.stream.destroy()
  }

  #close(): void {
    if (this.closed) return
    this.closed = true
    this.#alarm?.cancel()
    this.#keepAlive?.stop()
    this.#exchange?.close()
    this.#reader.stop()
    if (!this.connected) this.options.left(this)
    else if (this.#admission) this.#leave(this.#admission)
  }

  #streamClosed(): void {
    this.#close()
    this.#alarm?.cancel()
  }

  #sayLast(ending: Ending): void {
    if (!this.#session) count(this.options.counters.refusedConnections, reasonText(connackCode(ending.reasonCode)))
    const packet = this.#session ? goodbye(this.version, ending) : refusal(this.version, ending)
    if (packet) this.#sender.sendLast(packet, this.version)
  }

  /** Nothing more is said: it would not be read either. */
  overrun(): void {
    countLimit(this.options.counters, 'connection', 'unsentBytes')
    this.options.log.warn({ address: this.remote.address }, 'Cut a connection that does not read what is sent to it')
    this.#abort()
  }

  /** Who does not take what is sent is not listened to either: its packets would only add to it. */
  stalled(): void {
    if (this.#stalling || this.closed) return
    this.#stalling = true
    this.hold()
  }

  #drained(): void {
    this.#sender.drained()
    if (this.full || this.closed) return
    this.#session?.drained()
    if (!this.#stalling || this.full) return
    this.#stalling = false
    this.release()
  }

  run(run: PublishRun): boolean {
    const taken = this.#session?.run(run) ?? false
    if (taken) this.#meter.receivedRun(run)
    return taken
  }

  heard(): void {
    this.#keepAlive?.heard()
  }

  packet(packet: Packet): void {
    this.#meter.received(packet)
    // The decoder lets a CONNECT through once, and nothing before it [MQTT-3.1.0-1], [MQTT-3.1.0-2].
    if (packet.type === 'connect') this.#connect(packet)
    else if (packet.type === 'auth') this.#exchange?.packet(packet)
    else if (!this.#session) this.#early(packet)
    else this.#session.packet(packet.type === 'publish' ? this.#aliases.resolve(packet) : (packet as ClientPacket))
  }

  /** Before CONNACK, while the client is asked who it is, it may only answer or leave [MQTT-3.1.2-30]. */
  #early(packet: Packet): void {
    if (packet.type !== 'disconnect') throw new MqttError(ReasonCode.ProtocolError, 'No CONNACK was sent yet')
    this.end()
  }

  failed(error: unknown): void {
    if (error instanceof MqttError) {
      const limit = limitOf(error, this.connected)
      if (limit) countLimit(this.options.counters, 'connection', limit)
      this.close(error.reasonCode, error.message)
      return
    }
    const fields = { address: this.remote.address, error: String(error) }
    this.options.log.error(fields, 'A connection failed')
    this.close(ReasonCode.UnspecifiedError, 'The server failed; connect again.')
  }

  #connect(connect: ConnectPacket): void {
    this.connected = true
    this.stream.connected?.()
    const { limits, authentication, clock, log } = this.options
    this.#sender.begin(connect)
    this.#reader.maximumPacketSize = limits.packetSizeBytes
    // What comes after CONNECT waits for the answer to it. Who leaves meanwhile is not to take its name from a later try of its own.
    this.#reader.await()
    this.#exchange = new AuthExchange(this, { authentication, clock, log, limitMs: limits.connectTimeoutMs })
    void this.#live(this.#admit(connect, this.#exchange))
  }

  async #admit(connect: ConnectPacket, exchange: AuthExchange): Promise<Admission | Refusal | undefined> {
    return this.options.enter() ?? admit(this, connect, exchange, this.options)
  }

  /** Takes no CONNECT, so that this one and its password are not kept while its sender is let in. */
  async #live(admission: Promise<Admission | Refusal | undefined>): Promise<void> {
    try {
      const admitted = await admission
      if (admitted && !('reasonCode' in admitted)) return this.#serve(admitted)
      if (admitted) this.#refuse(admitted)
    } catch (error) {
      this.failed(error)
    }
    this.#close()
    this.options.left(this)
  }

  /** Nothing waits for the end of the connection: what does so would take memory for as long as it lasts. */
  #serve(admission: Admission): void {
    try {
      if (!this.closed) this.#welcome(admission)
      this.options.log.info({ ...admission.introduction.principal, address: this.remote.address }, 'Connected')
    } catch (error) {
      this.failed(error)
    }
    if (this.closed) this.#leave(admission)
    else this.#admission = admission
  }

  async #leave(admission: Admission): Promise<void> {
    // Who closes the connection goes on with what it does before the session ends.
    await undefined
    try {
      await admission.leave()
    } catch (error) {
      this.failed(error)
    }
    this.options.log.info({ ...admission.introduction.principal }, 'Disconnected')
    this.options.left(this)
  }

  #welcome({ introduction, session }: Admission): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
    this.#session = session
    const { keepAlive, principal } = introduction
    const { accounts, counters } = this.options
    counters.connected++
    this.#meter.belongsTo(accounts.traffic(principal.vendor))
    if (keepAlive > 0) this.#keepAlive = this.#watch(keepAlive * 1500)
    if (this.send(this.#connackOf(introduction, session))) this.#begin(session)
    else this.#tooSmall()
  }

  #begin(session: OpenSession): void {
    session.begin()
    this.release()
  }

  /** Nothing may come before CONNACK [MQTT-3.2.0-1], so nothing can be said to who does not take it. */
  #tooSmall(): void {
    this.options.log.warn(
      { address: this.remote.address },
      'Closed a connection whose Maximum Packet Size is below CONNACK',
    )
    this.end()
  }

  /** What it says of the server's limits is what this connection is held to from now on. */
  #connackOf({ properties }: Admission['introduction'], session: OpenSession): ConnackPacket {
    const { maximumPacketSize, topicAliasMaximum } = properties
    if (maximumPacketSize !== undefined) this.#reader.maximumPacketSize = maximumPacketSize
    this.#aliases.maximum = topicAliasMaximum ?? 0
    return {
      type: 'connack',
      sessionPresent: session.present,
      reasonCode: ReasonCode.Success,
      properties: { ...properties, ...session.properties },
    }
  }

  #watch(limitMs: number): KeepAlive {
    return new KeepAlive(this.options.clock, limitMs, () => {
      if (this.#reader.held) this.#keepAlive?.extend()
      else this.close(ReasonCode.KeepAliveTimeout, 'No packet came within the keep-alive.')
    })
  }

  #refuse({ reasonCode, reason, detail, serverReference }: Refusal): void {
    this.options.log.warn({ address: this.remote.address, reasonCode, reason, detail }, 'Refused a connection')
    this.close(reasonCode, reason, serverReference)
  }
}

/** The limit that a client has passed by what it sent. */
const limitOf = (error: MqttError, connected: boolean): string | undefined => {
  if (error instanceof LimitError) return error.limit
  if (error.reasonCode !== ReasonCode.PacketTooLarge) return undefined
  return connected ? 'packetSizeBytes' : 'connectBytes'
}
