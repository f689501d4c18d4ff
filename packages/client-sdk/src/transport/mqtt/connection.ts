import {
  type ConnackPacket,
  MqttError,
  type Packet,
  type PublishPacket,
  ReasonCode,
  type SubscribePacket,
  type UnsubscribePacket,
  type UserProperty,
} from '@daakia/protocol/mqtt'
import { ConnectionLost, Refused } from '../../errors.js'
import type { Transport, TransportEvents, TransportMessage } from '../port.js'
import { messageOf } from './messages.js'
import { Publisher } from './publisher.js'
import { asRefusal, refusalOf } from './refusal.js'
import { type Request, Requests } from './requests.js'
import type { Wire } from './wire.js'

/** [MQTT-3.1.2-24] and 3.2.2.3.3: what counts where CONNACK names no Receive Maximum. */
const defaultReceiveMaximum = 65_535

export interface ConnectionParts {
  wire: Wire
  /** The client identifier that was asked for. */
  connection: string
  connack: ConnackPacket
  events: TransportEvents
  /** Says goodbye, and closes. */
  leave(): void
  /** Closes. */
  end(): void
}

/** One MQTT 5 connection after its CONNACK. */
export class MqttConnection implements Transport {
  readonly connection: string
  readonly #parts: ConnectionParts
  readonly #requests = new Requests()
  readonly #publisher: Publisher
  readonly #gone: Promise<void>
  #tellGone: () => void = () => {}
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Of a DISCONNECT. */
  #refusal: Refused | undefined

  constructor(parts: ConnectionParts) {
    const { wire, connection, connack } = parts
    const { assignedClientIdentifier, receiveMaximum, maximumPacketSize } = connack.properties ?? {}
    this.#parts = parts
    this.connection = assignedClientIdentifier ?? connection
    if (maximumPacketSize !== undefined) wire.outgoing.maximumPacketSize = maximumPacketSize
    this.#publisher = new Publisher(wire.outgoing, this.#requests, receiveMaximum ?? defaultReceiveMaximum)
    this.#gone = new Promise((resolve) => {
      this.#tellGone = resolve
    })
  }

  publish(message: TransportMessage, { qos }: { qos: 0 | 1 }): Promise<void> {
    if (this.#state !== 'open') return this.#tooLate()
    const refusal = this.#refuses(message, qos)
    return refusal ? Promise.reject(refusal) : this.#publisher.publish(message, qos)
  }

  subscribe(
    filters: readonly { filter: string; qos: 0 | 1 }[],
    userProperties: readonly UserProperty[] = [],
  ): Promise<readonly UserProperty[]> {
    const subscriptions = filters.map((wanted) => ({ ...wanted, ...plainly }))
    const properties = userProperties.length > 0 && { properties: { userProperties } }
    return this.#ask('suback', (packetId) => ({ type: 'subscribe', packetId, subscriptions, ...properties }))
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#ask('unsuback', (packetId) => ({ type: 'unsubscribe', packetId, filters: [...filters] }))
  }

  close(): Promise<void> {
    if (this.#state === 'open') {
      this.over()
      this.#parts.leave()
    }
    return this.#gone
  }

  /** @throws MqttError where the server may not send it */
  receive(packet: Packet): void {
    switch (packet.type) {
      case 'publish':
        this.#deliver(packet)
        break
      case 'puback':
      case 'suback':
      case 'unsuback':
        this.#requests.settle(packet)
        break
      case 'pingresp':
        break
      case 'disconnect':
        this.#refusal = refusalOf(packet)
        this.over()
        this.#parts.end()
        break
      default:
        throw new MqttError(ReasonCode.ProtocolError, `A ${packet.type} packet came that nothing had asked for`)
    }
  }

  /** It is about to close: nothing more is sent. */
  over(): void {
    this.#state = 'closing'
  }

  drained(): void {
    this.#publisher.proceed()
  }

  /** The socket is gone: nothing that is under way will be answered. */
  lost(reason: Error | undefined): void {
    this.#state = 'closed'
    const lost = new ConnectionLost('The connection was lost before the answer came.')
    this.#publisher.abandon(lost)
    this.#requests.abandon(lost)
    this.#tellGone()
    this.#parts.events.closed(this.#refusal ?? reason)
  }

  #deliver(packet: PublishPacket): void {
    if (packet.qos === 2)
      throw new MqttError(ReasonCode.ProtocolError, 'A message of QoS 2 came, which nothing had asked for')
    try {
      this.#parts.events.message(messageOf(packet))
    } catch (error) {
      // An uncaught exception of its own: it costs the messages behind it nothing.
      queueMicrotask(() => {
        throw error
      })
    }
    if (packet.packetId !== undefined && this.#state === 'open') this.#parts.wire.outgoing.acknowledge(packet.packetId)
  }

  /**
   * Rejects when everybody has been told that the connection is gone: who asks again at once would never let its end be
   * noticed.
   */
  async #tooLate(): Promise<never> {
    await this.#gone
    throw new ConnectionLost('There is no connection.')
  }

  /** What the server has said that it does not take. */
  #refuses({ retain }: TransportMessage, qos: 0 | 1): Error | undefined {
    const { maximumQoS, retainAvailable } = this.#parts.connack.properties ?? {}
    if (maximumQoS === 0 && qos > 0) return new Refused(0x9b, 'The server takes messages of QoS 0 alone.')
    if (retainAvailable === false && retain) return new Refused(0x9a, 'The server retains no messages.')
    return undefined
  }

  #ask(
    answer: Request['answer'],
    packet: (packetId: number) => SubscribePacket | UnsubscribePacket,
  ): Promise<readonly UserProperty[]> {
    if (this.#state !== 'open') return this.#tooLate()
    return new Promise((resolve, reject) => {
      let packetId = 0
      try {
        packetId = this.#requests.open({ answer, resolve, reject })
        this.#parts.wire.outgoing.request(packet(packetId))
      } catch (error) {
        this.#requests.withdraw(packetId)
        reject(asRefusal(error))
      }
    })
  }
}

/** The client's own messages come back to it too, and retained ones at once. */
const plainly = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
