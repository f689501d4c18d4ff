import { inspect } from 'node:util'
import {
  type ConnackPacket,
  type ConnectPacket,
  Decoder,
  encode,
  type Packet,
  type ProtocolVersion,
  type PublishPacket,
  type QoS,
  type SubscriptionRequest,
} from '@daakia/protocol/mqtt'
import type { ByteStream } from '../../src/connection-manager/byte-stream.js'

type PacketOf<T extends Packet['type']> = Packet & { type: T }

export interface PublishFields extends Partial<Omit<PublishPacket, 'type' | 'payload' | 'topic'>> {}

/** A client that speaks MQTT packet by packet, so that a test can say exactly what goes over the wire. */
export class Peer {
  readonly closed: Promise<void>
  readonly #decoder: Decoder
  readonly #arrived: Packet[] = []
  readonly #waiting: ((packet: Packet | undefined) => void)[] = []
  #isClosed = false

  constructor(
    readonly stream: ByteStream,
    readonly version: ProtocolVersion = 5,
  ) {
    this.#decoder = new Decoder({ role: 'client', version, maximumPacketSize: 1 << 28 })
    this.closed = new Promise((resolve) => {
      stream.open({
        data: (bytes) => this.#take(bytes),
        drained: () => {},
        closed: () => {
          this.#isClosed = true
          for (const wake of this.#waiting.splice(0)) wake(undefined)
          resolve()
        },
      })
    })
  }

  /** Sends CONNECT and waits for the CONNACK. */
  async connect(fields: Partial<ConnectPacket> = {}): Promise<ConnackPacket> {
    this.send(connectPacket({ version: this.version, ...fields }))
    return this.expect('connack')
  }

  send(packet: Packet): void {
    this.sendBytes(encode(packet, this.version))
  }

  sendBytes(bytes: Uint8Array): void {
    this.stream.write(bytes)
  }

  publish(topic: string, payload: string, fields: PublishFields = {}): void {
    this.send(publishPacket(topic, payload, fields))
  }

  /** Subscribes and waits for the SUBACK; answers its reason codes. */
  async subscribe(filter: string, fields: Partial<SubscriptionRequest> & { identifier?: number } = {}) {
    const { identifier, ...request } = fields
    this.send({
      type: 'subscribe',
      packetId: 0xfff0,
      subscriptions: [subscriptionRequest(filter, request)],
      ...(identifier !== undefined && { properties: { subscriptionIdentifiers: [identifier] } }),
    })
    return (await this.expect('suback')).reasonCodes
  }

  /** The next packet, which has to be of this type. */
  async expect<T extends Packet['type']>(type: T): Promise<PacketOf<T>> {
    const packet = await this.next()
    if (packet?.type !== type) throw new Error(`Expected ${type}, but got ${describe(packet)}`)
    return packet as PacketOf<T>
  }

  /** The next packet; `undefined` when the connection has ended. */
  next(): Promise<Packet | undefined> {
    const packet = this.#arrived.shift()
    if (packet || this.#isClosed) return Promise.resolve(packet)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** All that came before the answer to a PINGREQ: what the server had to say by now. */
  async heard(): Promise<Packet[]> {
    this.send({ type: 'pingreq' })
    const packets: Packet[] = []
    for (let packet = await this.next(); packet && packet.type !== 'pingresp'; packet = await this.next())
      packets.push(packet)
    return packets
  }

  /** The payloads of the messages that came by now. */
  async messages(): Promise<string[]> {
    return (await this.heard()).flatMap((packet) => (packet.type === 'publish' ? [textOf(packet)] : []))
  }

  /** Goes away without a word. */
  async vanish(): Promise<void> {
    this.stream.destroy()
    await this.closed
  }

  async disconnect(): Promise<void> {
    this.send({ type: 'disconnect', reasonCode: 0 })
    await this.closed
  }

  #take(bytes: Uint8Array): void {
    // Plain ones, whatever class of bytes the server has written.
    this.#decoder.push(new Uint8Array(bytes))
    for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) {
      const waiting = this.#waiting.shift()
      if (waiting) waiting(packet)
      else this.#arrived.push(packet)
    }
  }
}

export const connectPacket = (fields: Partial<ConnectPacket> = {}): ConnectPacket => ({
  type: 'connect',
  version: 5,
  clientId: 'ana',
  cleanStart: true,
  keepAlive: 0,
  ...fields,
})

export const publishPacket = (topic: string, payload: string, fields: PublishFields = {}): PublishPacket => ({
  type: 'publish',
  topic,
  payload: new TextEncoder().encode(payload),
  qos: 0,
  retain: false,
  dup: false,
  ...((fields.qos ?? 0) > 0 && { packetId: 1 }),
  ...fields,
})

export const subscriptionRequest = (
  filter: string,
  fields: Partial<SubscriptionRequest> = {},
): SubscriptionRequest => ({
  filter,
  qos: 0 as QoS,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  ...fields,
})

export const textOf = ({ payload }: { payload: Uint8Array }): string => new TextDecoder().decode(payload)

const describe = (packet: Packet | undefined): string =>
  packet ? inspect(packet, { depth: 4, breakLength: 120 }) : 'the end of the connection'
