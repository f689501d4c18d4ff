import { ConversationInfo, History, parseDaakTopic, subscriptionProperties, topics } from '@daakia/protocol'
import type { ConnectPacket, Packet, PublishPacket, SubscribePacket } from '@daakia/protocol/mqtt'
import type { PresenceStatus, Way } from '../history/event.js'
import type { Recorder } from '../history/recorder.js'
import { Attendance } from './attendance.js'
import { CallRefused, Calls } from './calls.js'
import type { AskingDevice, Saying } from './device.js'
import { Outbox } from './outbox.js'
import { propertyOf } from './property-of.js'
import { Receipts } from './receipts.js'
import { toLine } from './to-line.js'
import { noteTold } from './told.js'
import { Wire } from './wire.js'

export interface RawDeviceOptions {
  name: string
  client: string
  port: number
  recorder: Recorder
  version: 4 | 5
  qos: 1 | 2
  way: Exclude<Way, 'sdk'>
  /** How long it takes to acknowledge what it was given. */
  acknowledgesAfterMs?: number
  /** What it sends again after a new connection comes in any order. */
  disorderly?: boolean
  /** Wants to be told who is there. */
  watches?: boolean
  random(): number
}

const forEver = { sessionExpiryInterval: 0xffffffff }
const comesBackAfterMs = { least: 10, most: 250 }
const inbox = topics.messages('+')
const subscribePacketIds = { replies: 0xfff0, presence: 0xfff2, receipts: 0xfff3, inbox: 0xfff1 }

/** A device that speaks MQTT by the codec alone, with an outbox of its own, so that what it was promised is explicit. */
export class RawDevice implements AskingDevice {
  readonly ready: Promise<void>
  readonly #options: RawDeviceOptions
  readonly #outbox: Outbox
  readonly #calls: Calls
  readonly #attendance: Attendance
  readonly #receipts: Receipts
  readonly #heard = new Set<string>()
  #wire: Wire | undefined
  #online = false
  #connections = 0
  #subscribedBefore = false
  /** Of what it was given last; MQTT 3.1.1 tells none. */
  #position: string | undefined
  #closed = false
  #gone = false
  #arrive: () => void = () => {}

  constructor(options: RawDeviceOptions) {
    this.#options = options
    const { name, client, recorder, version, qos, disorderly = false, random } = options
    const persistent = options.way === 'session'
    this.#outbox = new Outbox({ recorder, device: name, client, version, qos, persistent, disorderly, random })
    this.#calls = new Calls(client, name)
    this.#attendance = new Attendance(client)
    this.#receipts = new Receipts(name, client, recorder)
    this.ready = new Promise((resolve) => {
      this.#arrive = resolve
    })
    this.#connect()
  }

  get name(): string {
    return this.#options.name
  }

  get client(): string {
    return this.#options.client
  }

  get knowsIds(): boolean {
    return this.#options.version === 5
  }

  get settled(): boolean {
    return this.#gone || (this.#online && this.#outbox.empty)
  }

  get presence(): PresenceStatus {
    return this.#attendance.status
  }

  come(): void {
    this.#gone = false
    this.#connect()
  }

  go(how: 'politely' | 'without a word'): void {
    this.#gone = true
    if (how === 'politely') this.#wire?.send({ type: 'disconnect', reasonCode: 0 })
    this.#wire?.destroy()
  }

  is(status: 'online' | 'away'): void {
    const wire = this.#wire
    if (wire && this.#online) this.#attendance.say(status, (packet) => wire.send(packet))
  }

  say(saying: Saying): void {
    const { recorder, client, version, qos, way, disorderly = false } = this.#options
    const op = recorder.newOp()
    recorder.note(this.name, {
      what: 'send',
      type: 'invoke',
      op,
      client,
      conversation: saying.conversation,
      text: saying.text,
      ...(version === 5 && { id: saying.id }),
      once: version === 5 || (qos === 2 && way === 'session'),
      ordered: !disorderly && !saying.again,
    })
    this.#outbox.add(op, saying)
  }

  tell(conversation: string, field: 'read' | 'delivered', back: number): void {
    const wire = this.#wire
    if (wire && this.#online) this.#receipts.tell(conversation, field, back, (packet) => wire.send(packet))
  }

  read(conversation: string, range: { after?: number; limit: number }): void {
    const { recorder, client } = this.#options
    const op = recorder.newOp()
    recorder.note(this.name, { what: 'read', type: 'invoke', op, client, conversation, ...range })
    this.call('history/read', { conversation, ...range }).then(
      (result) => {
        const { head, messages } = History.parse(result)
        recorder.note(this.name, { what: 'read', type: 'ok', op, head, messages: messages.map(toLine) })
      },
      (error: Error) => this.#failed('read', op, error),
    )
  }

  change(conversation: string, change: 'joined' | 'left', about: string): void {
    const { recorder, client } = this.#options
    const op = recorder.newOp()
    recorder.note(this.name, { what: 'change', type: 'invoke', op, client, conversation, change, about })
    const asked =
      change === 'joined'
        ? this.call('conversations/invite', { id: conversation, clients: [about] })
        : this.call('conversations/leave', { id: conversation, ...(about !== client && { client: about }) })
    asked.then(
      (result) => {
        const { success, data } = ConversationInfo.safeParse(result)
        const found = success && { found: { members: data.members, head: data.head } }
        recorder.note(this.name, { what: 'change', type: 'ok', op, ...found })
      },
      (error: Error) => this.#failed('change', op, error),
    )
  }

  async call(method: string, params: unknown): Promise<unknown> {
    const wire = this.#wire
    if (!wire || !this.#online) throw new Error('there is no connection')
    return this.#calls.call(method, params, (packet) => wire.send(packet))
  }

  hasHeard(conversation: string, text: string): boolean {
    return this.#heard.has(`${conversation} ${text}`)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wire?.destroy()
  }

  #failed(what: 'read' | 'change', op: number, error: Error): void {
    const type = error instanceof CallRefused ? 'fail' : 'info'
    this.#options.recorder.note(this.name, { what, type, op, reason: error.message })
  }

  #connect(): void {
    if (this.#closed || this.#gone || this.#wire) return
    const connection = ++this.#connections
    const wire = new Wire({
      port: this.#options.port,
      connect: this.#greeting(),
      packet: (packet) => this.#take(wire, packet, connection),
      closed: () => this.#lost(),
    })
    this.#wire = wire
  }

  #greeting(): ConnectPacket {
    const { name, client, version, way } = this.#options
    return {
      type: 'connect',
      version,
      clientId: name,
      username: client,
      cleanStart: way === 'since',
      keepAlive: 2,
      ...(version === 5 && way === 'session' && { properties: forEver }),
    }
  }

  #lost(): void {
    this.#wire = undefined
    this.#online = false
    this.#attendance.ends()
    this.#receipts.lost()
    this.#outbox.lost()
    this.#calls.lost()
    const { least, most } = comesBackAfterMs
    setTimeout(() => this.#connect(), least + this.#options.random() * (most - least))
  }

  #take(wire: Wire, packet: Packet, connection: number): void {
    if (packet.type === 'connack') this.#welcome(wire, packet, connection)
    else if (packet.type === 'suback') this.#subscribed(packet)
    else if (packet.type === 'publish') this.#receive(wire, packet, connection)
    else if (packet.type === 'disconnect') wire.destroy()
    else if (!this.#attendance.take(packet) && !this.#receipts.take(packet)) this.#outbox.take(packet)
  }

  #welcome(wire: Wire, { reasonCode, sessionPresent }: Extract<Packet, { type: 'connack' }>, connection: number): void {
    if (reasonCode !== 0) return void wire.destroy()
    const { recorder, way } = this.#options
    recorder.note(this.name, { what: 'connected', type: 'ok', connection, sessionPresent })
    this.#attendance.begins()
    const kept = way === 'session' && sessionPresent
    if (way === 'session' && !sessionPresent && this.#subscribedBefore)
      recorder.note(this.name, { what: 'session-lost', type: 'info' })
    this.#outbox.connected((sent) => wire.send(sent), kept)
    if (kept && this.#subscribedBefore) this.#online = true
    else this.#subscribe(wire)
  }

  #subscribe(wire: Wire): void {
    const { version, way, watches } = this.#options
    if (way === 'since') wire.send(subscribeTo(this.#calls.replies, subscribePacketIds.replies, version))
    if (watches) {
      wire.send(subscribeTo(topics.presence('+'), subscribePacketIds.presence, version))
      wire.send(subscribeTo(topics.receipts('+'), subscribePacketIds.receipts, version))
    }
    const since = way === 'since' ? this.#position : undefined
    wire.send(subscribeTo(inbox, subscribePacketIds.inbox, version, since))
  }

  #subscribed({ packetId, properties }: Extract<Packet, { type: 'suback' }>): void {
    if (packetId !== subscribePacketIds.inbox) return
    const { recorder, client, way } = this.#options
    const pos = propertyOf(properties, 'pos')
    this.#online = true
    if (this.#subscribedBefore) return
    this.#subscribedBefore = true
    this.#position = pos
    recorder.note(this.name, { what: 'subscribed', type: 'ok', client, way, ...(pos !== undefined && { pos }) })
    this.#arrive()
  }

  #receive(wire: Wire, packet: PublishPacket, connection: number): void {
    if (this.#calls.take(packet)) return
    this.#hear(packet, connection)
    if (packet.qos !== 1) return
    const acknowledge = () => wire.send({ type: 'puback', packetId: packet.packetId as number, reasonCode: 0 })
    const { acknowledgesAfterMs } = this.#options
    if (acknowledgesAfterMs) setTimeout(acknowledge, acknowledgesAfterMs)
    else acknowledge()
  }

  #hear({ topic, payload, dup, properties }: PublishPacket, connection: number): void {
    const about = parseDaakTopic(topic)
    const { recorder, client } = this.#options
    const text = new TextDecoder().decode(payload)
    if (about) noteTold(recorder, this.name, about, text)
    if (about?.kind !== 'messages') return
    const [seq, id, from, pos] = ['seq', 'id', 'from', 'pos'].map((name) => propertyOf(properties, name))
    this.#heard.add(`${about.conversation} ${text}`)
    recorder.note(this.name, {
      what: 'hear',
      type: 'ok',
      client,
      conversation: about.conversation,
      text,
      connection,
      ...(seq !== undefined && { seq: Number(seq) }),
      ...(id !== undefined && { id }),
      ...(from !== undefined && { from }),
      ...(pos !== undefined && { pos }),
      ...(dup && { dup }),
      ...(propertyOf(properties, 'resync') !== undefined && { resync: true }),
    })
    if (seq !== undefined) this.#receipts.heard(about.conversation, Number(seq))
    if (pos !== undefined) this.#position = pos
  }
}

const subscribeTo = (filter: string, packetId: number, version: 4 | 5, since?: string): SubscribePacket => ({
  type: 'subscribe',
  packetId,
  subscriptions: [{ filter, qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
  ...(version === 5 && since && { properties: { userProperties: [[subscriptionProperties.since, since]] } }),
})
