import {
  ConnectionLost,
  type Refused,
  type Transport,
  type TransportEvents,
  type TransportMessage,
} from '@daakia/client-sdk'
import type { ConnackPacket, Packet, PublishPacket, UserProperty } from '@daakia/protocol/mqtt'
import { messageOf, propertiesOf, publishOf, refusalOf } from './packets.js'
import { Requests } from './requests.js'
import type { Wire } from './wire.js'

/** [MQTT-3.1.2-24] and 3.2.2.3.3: what counts where CONNACK names no Receive Maximum. */
const defaultReceiveMaximum = 65_535

/** An MQTT 5 connection after its CONNACK, with nothing but what a `Transport` needs. */
export class MemoryConnection implements Transport {
  readonly connection: string
  readonly #wire: Wire
  readonly #events: TransportEvents
  readonly #requests: Requests
  readonly #gone: Promise<void>
  #over: () => void = () => {}
  #farewell: Refused | undefined
  #closed = false

  constructor(wire: Wire, connection: string, { properties = {} }: ConnackPacket, events: TransportEvents) {
    this.connection = connection
    this.#wire = wire
    this.#events = events
    this.#requests = new Requests(properties.receiveMaximum ?? defaultReceiveMaximum)
    this.#gone = new Promise((resolve) => {
      this.#over = resolve
    })
  }

  async publish(message: TransportMessage, { qos }: { qos: 0 | 1 }): Promise<void> {
    const packet = publishOf(message)
    if (qos === 0) this.#send(packet)
    else await this.#answered((packetId) => ({ ...packet, qos, packetId }))
  }

  async subscribe(
    filters: readonly { filter: string; qos: 0 | 1 }[],
    userProperties: readonly UserProperty[] = [],
  ): Promise<readonly UserProperty[]> {
    const subscriptions = filters.map((wanted) => ({ ...wanted, ...plainly }))
    const suback = await this.#answered((packetId) => ({
      type: 'subscribe',
      packetId,
      subscriptions,
      properties: { userProperties },
    }))
    return propertiesOf(suback).userProperties ?? []
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#answered((packetId) => ({ type: 'unsubscribe', packetId, filters: [...filters] }))
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#wire.send({ type: 'disconnect', reasonCode: 0 })
      this.#wire.end()
    }
    await this.#gone
  }

  receive(packet: Packet): void {
    if (packet.type === 'publish') this.#deliver(packet)
    else if (packet.type === 'puback' || packet.type === 'suback' || packet.type === 'unsuback')
      this.#requests.answer(packet.packetId, packet)
    else if (packet.type === 'disconnect') this.#farewell = refusalOf(packet)
  }

  /** The stream is gone. */
  lost(reason?: Error): void {
    this.#closed = true
    this.#requests.abandon()
    this.#over()
    this.#events.closed(this.#farewell ?? reason)
  }

  #deliver(packet: PublishPacket): void {
    this.#events.message(messageOf(packet))
    if (packet.packetId !== undefined) this.#send({ type: 'puback', packetId: packet.packetId, reasonCode: 0 })
  }

  async #answered(packet: (packetId: number) => Packet): Promise<Packet> {
    const answer = await this.#requests.begin((packetId) => this.#send(packet(packetId)))
    const refusal = refusalOf(answer)
    if (refusal) throw refusal
    return answer
  }

  #send(packet: Packet): void {
    if (this.#closed) throw new ConnectionLost('There is no connection.')
    this.#wire.send(packet)
  }
}

/** Own messages too, and retained ones at once. */
const plainly = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
