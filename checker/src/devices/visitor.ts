import { History, parseDaakTopic, subscriptionProperties, topics } from '@daakia/protocol'
import type { Packet, PublishPacket, SubscribePacket, UserProperty } from '@daakia/protocol/mqtt'
import type { JournalLine } from '../history/event.js'
import { Calls } from './calls.js'
import { propertyOf } from './property-of.js'
import { toLine } from './to-line.js'
import { Wire } from './wire.js'

const linesAtOnce = 1_000
const inbox = topics.messages('+')

export interface InboxPlace {
  epoch: string
  offset: number
  conversation: string
  seq: number
}

/** Somebody who looks at what a client has, over a line that holds. */
export class Visitor {
  readonly #wire: Wire
  readonly #calls: Calls
  readonly #packets: Packet[] = []
  #wake = () => {}
  #closed = false

  private constructor(port: number, client: string) {
    const clientId = `${client}/visitor`
    this.#calls = new Calls(client, clientId)
    this.#wire = new Wire({
      port,
      connect: { type: 'connect', version: 5, clientId, username: client, cleanStart: true, keepAlive: 0 },
      packet: (packet) => this.#take(packet),
      closed: () => {
        this.#closed = true
        this.#calls.lost()
        this.#wake()
      },
    })
  }

  /** @throws Error where the server does not let it in, or goes away */
  static async connect(port: number, client: string): Promise<Visitor> {
    const visitor = new Visitor(port, client)
    const { reasonCode, properties } = await visitor.#next('connack')
    if (reasonCode !== 0) throw new Error(`the server lets nobody in: ${reasonCode} ${properties?.reasonString ?? ''}`)
    await visitor.#subscribe(visitor.#calls.replies)
    return visitor
  }

  call(method: string, params: unknown): Promise<unknown> {
    return this.#calls.call(method, params, (packet) => this.#wire.send(packet))
  }

  /** All of a journal, or what comes after a `seq` in it. */
  async journal(conversation: string, after = 0): Promise<JournalLine[]> {
    const lines: JournalLine[] = []
    for (;;) {
      const range = { after: lines.at(-1)?.seq ?? after, limit: linesAtOnce }
      const { messages } = History.parse(await this.call('history/read', { conversation, ...range }))
      if (messages.length === 0) return lines
      lines.push(...messages.map(toLine))
    }
  }

  /** All of the client's inbox. */
  async inbox(): Promise<InboxPlace[]> {
    const head = propertyOf((await this.#subscribe(inbox)).properties, 'pos') ?? '0:0'
    const [epoch, offset] = head.split(':')
    await this.#subscribe(inbox, [[subscriptionProperties.since, `${epoch}:0`]])
    const places: InboxPlace[] = []
    while ((places.at(-1)?.offset ?? 0) < Number(offset)) places.push(placeOf(await this.#next('publish')))
    return places
  }

  close(): void {
    this.#wire.destroy()
  }

  async #subscribe(filter: string, userProperties: readonly UserProperty[] = []) {
    const packet: SubscribePacket = {
      type: 'subscribe',
      packetId: 1,
      subscriptions: [{ filter, qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: { userProperties },
    }
    this.#wire.send(packet)
    return this.#next('suback')
  }

  #take(packet: Packet): void {
    if (packet.type === 'publish' && packet.qos === 1)
      this.#wire.send({ type: 'puback', packetId: packet.packetId as number, reasonCode: 0 })
    if (packet.type === 'pingresp' || (packet.type === 'publish' && this.#calls.take(packet))) return
    this.#packets.push(packet)
    this.#wake()
  }

  async #next<T extends Packet['type']>(type: T): Promise<Packet & { type: T }> {
    while (this.#packets.length === 0) {
      if (this.#closed) throw new Error('the server has closed the connection')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const packet = this.#packets.shift() as Packet
    if (packet.type !== type) throw new Error(`the server has sent ${packet.type} where ${type} was due`)
    return packet as Packet & { type: T }
  }
}

const placeOf = ({ topic, properties }: PublishPacket): InboxPlace => {
  const about = parseDaakTopic(topic)
  const [epoch = '', offset] = (propertyOf(properties, 'pos') ?? '').split(':')
  return {
    epoch,
    offset: Number(offset),
    conversation: about?.kind === 'messages' ? about.conversation : topic,
    seq: Number(propertyOf(properties, 'seq')),
  }
}
