import { RpcAnswer, topics } from '@daakia/protocol'
import type {
  ConnackPacket,
  ConnectPacket,
  Packet,
  Properties,
  PublishPacket,
  SubackPacket,
  SubscriptionRequest,
  UserProperty,
} from '@daakia/protocol/mqtt'
import type { ByteStream } from '../../src/connection-manager/byte-stream.js'
import { Peer, type PublishFields, subscriptionRequest, textOf } from './peer.js'

export interface ConnectFields extends Partial<Pick<ConnectPacket, 'version' | 'cleanStart' | 'will' | 'properties'>> {
  /** The MQTT client identifier; made of the client's name where it is absent. */
  connection?: string
  /** Deliveries of QoS 1 stay unacknowledged. */
  silent?: boolean
}

export interface SubscribeFields extends Partial<Omit<SubscriptionRequest, 'filter'>> {
  identifier?: number
  properties?: Readonly<Record<string, string>>
}

export interface SayFields extends Partial<Omit<PublishPacket, 'properties'>> {
  /** User properties. */
  properties?: readonly UserProperty[]
  mqtt?: Properties
}

/** A client on a stream to the server: sorts what arrives, and acknowledges it. */
export class Client {
  readonly #peer: Peer
  readonly #answers = new Queue<Packet>()
  readonly #messages = new Queue<PublishPacket>()
  /** Topics of all messages, answers to calls included, in the order of their arrival. */
  readonly topics: string[] = []
  readonly #calls = new Map<string, (answer: RpcAnswer) => void>()
  #packetId = 0
  /** Answers to calls come. */
  #hearsAnswers = false

  private constructor(
    stream: ByteStream,
    readonly name: string,
    readonly connection: string,
    private readonly fields: ConnectFields,
  ) {
    this.#peer = new Peer(stream, fields.version ?? 5)
  }

  static async connect(stream: ByteStream, name: string, fields: ConnectFields = {}): Promise<Client> {
    const { connection = `${name}-1`, version, cleanStart, will, properties } = fields
    const client = new Client(stream, name, connection, fields)
    client.connack = await client.#peer.connect({
      clientId: connection,
      username: name,
      ...(version && { version }),
      ...(cleanStart !== undefined && { cleanStart }),
      ...(will && { will }),
      ...(properties && { properties }),
    })
    // A session that is kept has its subscriptions.
    client.#hearsAnswers = client.connack.sessionPresent
    void client.#listen()
    return client
  }

  connack!: ConnackPacket

  get closed(): Promise<void> {
    return this.#peer.closed
  }

  /** The topic on which answers to this connection's calls come. */
  get replies(): string {
    return topics.replies(this.name, this.connection)
  }

  /** Subscribes, and answers the SUBACK. */
  async subscribe(filter: string, { identifier, properties, ...request }: SubscribeFields = {}): Promise<SubackPacket> {
    if (filter === this.replies) this.#hearsAnswers = true
    this.#peer.send({
      type: 'subscribe',
      packetId: this.#nextId(),
      subscriptions: [subscriptionRequest(filter, { qos: 1, ...request })],
      properties: {
        ...(identifier !== undefined && { subscriptionIdentifiers: [identifier] }),
        ...(properties && { userProperties: Object.entries(properties) }),
      },
    })
    return (await this.#answers.next()) as SubackPacket
  }

  async unsubscribe(filter: string): Promise<Packet> {
    if (filter === this.replies) this.#hearsAnswers = false
    this.#peer.send({ type: 'unsubscribe', packetId: this.#nextId(), filters: [filter] })
    return this.#answers.next()
  }

  /** Publishes, at QoS 1 unless told otherwise, without waiting for an answer. */
  send(topic: string, payload: string | Uint8Array, fields: SayFields = {}): void {
    const { properties, mqtt, ...rest } = fields
    const packet: PublishFields = { qos: 1, packetId: this.#nextId(), ...rest }
    this.#peer.send({
      type: 'publish',
      topic,
      payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
      retain: false,
      dup: false,
      qos: 1,
      ...packet,
      properties: { ...mqtt, ...(properties && { userProperties: properties }) },
    })
  }

  /** Publishes at QoS 1, and answers the PUBACK. */
  async say(topic: string, payload: string | Uint8Array, fields?: SayFields) {
    this.send(topic, payload, fields)
    return this.puback()
  }

  /** The next PUBACK. */
  async puback() {
    const answer = await this.#answers.next()
    if (answer.type !== 'puback') throw new Error(`Expected a PUBACK, got ${JSON.stringify(answer)}`)
    return answer
  }

  /** The next answer to a packet of this client, whatever it is. */
  answer(): Promise<Packet> {
    return this.#answers.next()
  }

  /** The next message. */
  hears(): Promise<PublishPacket> {
    return this.#messages.next()
  }

  /** The texts of the next messages. */
  async hearsTexts(count: number): Promise<string[]> {
    const texts: string[] = []
    while (texts.length < count) texts.push(textOf(await this.hears()))
    return texts
  }

  /** Messages that have arrived and that nobody asked for yet. */
  takeUnheard(): PublishPacket[] {
    return this.#messages.takeAll()
  }

  /** Calls a method of the server. @throws Error where no answer would come */
  async call(method: string, params: unknown): Promise<RpcAnswer> {
    if (!this.#hearsAnswers)
      throw new Error(
        `${this.name} would not hear the answer to ${method}: subscribe to its \`replies\`, or have a person call.`,
      )
    const id = `call-${this.#nextId()}`
    this.send(`daak/rpc/${method}`, typeof params === 'string' ? params : JSON.stringify(params), {
      qos: 0,
      mqtt: { responseTopic: this.replies, correlationData: new TextEncoder().encode(id) },
    })
    return new Promise((resolve) => this.#calls.set(id, resolve))
  }

  acknowledge({ packetId = 0 }: PublishPacket): void {
    this.#peer.send({ type: 'puback', packetId, reasonCode: 0 })
  }

  sendPacket(packet: Packet): void {
    this.#peer.send(packet)
  }

  /** Stops reading from the stream. */
  pause(): void {
    this.#peer.stream.pause()
  }

  resume(): void {
    this.#peer.stream.resume()
  }

  /** Goes away without a word. */
  vanish(): Promise<void> {
    return this.#peer.vanish()
  }

  disconnect(): Promise<void> {
    return this.#peer.disconnect()
  }

  async #listen(): Promise<void> {
    for (let packet = await this.#peer.next(); packet; packet = await this.#peer.next()) this.#take(packet)
  }

  #take(packet: Packet): void {
    if (packet.type === 'publish') this.#hear(packet)
    else this.#answers.add(packet)
  }

  #hear(packet: PublishPacket): void {
    this.topics.push(packet.topic)
    if (packet.qos === 1 && !this.fields.silent) this.acknowledge(packet)
    const correlation = packet.properties?.correlationData
    const call = correlation && this.#calls.get(new TextDecoder().decode(correlation))
    if (call) call(RpcAnswer.parse(JSON.parse(textOf(packet))))
    else this.#messages.add(packet)
  }

  #nextId(): number {
    this.#packetId = (this.#packetId % 0xffff) + 1
    return this.#packetId
  }
}

/** What has arrived, and those who wait for more. */
class Queue<T> {
  #arrived: T[] = []
  #waiting: ((item: T) => void)[] = []

  add(item: T): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting(item)
    else this.#arrived.push(item)
  }

  next(): Promise<T> {
    const item = this.#arrived.shift()
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item)
  }

  takeAll(): T[] {
    return this.#arrived.splice(0)
  }
}

/** A user property of a message. */
export const propertyOf = ({ properties }: { properties?: Properties }, name: string): string | undefined =>
  properties?.userProperties?.find((pair) => pair[0] === name)?.[1]
