import type { Alarm, Clock } from '@daakia/protocol'
import { type ConnackPacket, type ConnectPacket, MqttError, type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import { ConnectionLost, type Refused } from '../../errors.js'
import type { Transport, TransportEvents } from '../port.js'
import { MqttConnection } from './connection.js'
import { KeepAlive } from './keep-alive.js'
import { refusalOf } from './refusal.js'
import type { OpenSocket } from './sockets/port.js'
import { troubleWith } from './trouble.js'
import { Wire, type WireEvents } from './wire.js'

export interface LifecycleParts {
  openSocket: OpenSocket
  url: URL
  /** The url as it was given, for who reads of it. */
  address: string
  connect: ConnectPacket
  connectTimeoutMs: number
  clock: Clock
  events: TransportEvents
  signal: AbortSignal | undefined
}

/** A peer that is not there any more does not close. */
const goodbyeMs = 1_000

/** Connects, and resolves when the server has said yes. @throws Refused, ConnectionLost */
export const openConnection = (parts: LifecycleParts): Promise<Transport> =>
  new Promise((resolve, reject) => {
    new Lifecycle(parts, resolve, reject)
  })

/** A connection from its socket to its end. After CONNACK, what is said over it is an `MqttConnection`'s. */
class Lifecycle implements WireEvents {
  readonly #parts: LifecycleParts
  readonly #resolve: (transport: Transport) => void
  readonly #reject: (reason: Error) => void
  readonly #wire: Wire
  readonly #patience: Alarm
  #opened: MqttConnection | undefined
  #keepAlive: KeepAlive | undefined
  #refusal: Refused | undefined
  #goodbye: Alarm | undefined

  constructor(parts: LifecycleParts, resolve: (transport: Transport) => void, reject: (reason: Error) => void) {
    const { openSocket, url, clock, connectTimeoutMs, signal } = parts
    this.#parts = parts
    this.#resolve = resolve
    this.#reject = reject
    this.#wire = new Wire(openSocket, url, this)
    this.#patience = clock.after(connectTimeoutMs, () => {
      this.#wire.break(new Error(`connack timeout: the server did not answer within ${connectTimeoutMs} ms`))
    })
    signal?.addEventListener('abort', this.#giveUp)
  }

  opened(): void {
    this.#wire.outgoing.send(this.#parts.connect)
  }

  heard(): void {
    this.#keepAlive?.heard()
  }

  said(): void {
    this.#keepAlive?.said()
  }

  drained(): void {
    this.#opened?.drained()
  }

  packet(packet: Packet): void {
    if (this.#opened) this.#opened.receive(packet)
    else if (packet.type === 'connack') this.#answered(packet)
    else throw new MqttError(ReasonCode.ProtocolError, 'The first packet is no CONNACK [MQTT-3.2.0-1]')
  }

  broken({ reasonCode, message }: MqttError): void {
    this.#opened?.over()
    this.#leave(reasonCode, message)
  }

  closed(error?: Error): void {
    this.#settled()
    this.#keepAlive?.stop()
    this.#goodbye?.cancel()
    const lost =
      error && new ConnectionLost(`No connection to ${this.#address}: ${troubleWith(error)}`, { cause: error })
    if (this.#opened) this.#opened.lost(lost)
    else
      this.#reject(
        this.#refusal ?? lost ?? new ConnectionLost(`No connection to ${this.#address}: the server closed it.`),
      )
  }

  #answered(connack: ConnackPacket): void {
    this.#refusal = refusalOf(connack)
    if (this.#refusal) this.#end()
    else this.#accepted(connack)
  }

  #accepted(connack: ConnackPacket): void {
    this.#settled()
    const { events, connect } = this.#parts
    this.#opened = new MqttConnection({
      wire: this.#wire,
      connection: connect.clientId,
      connack,
      events,
      leave: () => this.#leave(ReasonCode.Success),
      end: () => this.#end(),
    })
    this.#keepAlive = this.#keptAlive(connack.properties?.serverKeepAlive ?? connect.keepAlive)
    this.#resolve(this.#opened)
  }

  #keptAlive(seconds: number): KeepAlive {
    return new KeepAlive({
      seconds,
      clock: this.#parts.clock,
      ping: () => this.#wire.outgoing.send({ type: 'pingreq' }),
      dead: () =>
        this.#wire.break(new Error(`nothing came from the server for ${seconds} s, not even an answer to PINGREQ`)),
    })
  }

  #leave(reasonCode: number, reasonString?: string): void {
    this.#wire.leave(reasonCode, reasonString)
    this.#end()
  }

  /** The server closes too; where it does not, it is not waited for. */
  #end(): void {
    this.#keepAlive?.stop()
    this.#wire.end()
    this.#goodbye ??= this.#parts.clock.after(goodbyeMs, () => this.#wire.break())
  }

  readonly #giveUp = (): void => this.#wire.break(new Error('it was given up before it was open'))

  #settled(): void {
    this.#patience.cancel()
    this.#parts.signal?.removeEventListener('abort', this.#giveUp)
  }

  get #address(): string {
    return this.#parts.address
  }
}
