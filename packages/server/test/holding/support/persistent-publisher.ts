import type { Packet } from '@daakia/protocol/mqtt'
import { tcpPeer } from '../../support/doors.js'
import { type Peer, publishPacket } from '../../support/peer.js'

/** A message that says of itself which one it is. */
export interface Numbered {
  topic: string
  qos: 1 | 2
  number: number
}

export const textOfNumbered = ({ topic, qos, number }: Numbered): string => `${topic} ${qos} ${number}`

export const numberedOf = (text: string): Numbered => {
  const [topic = '', qos, number] = text.split(' ')
  return { topic, qos: qos === '1' ? 1 : 2, number: Number(number) }
}

/** Where to publish. */
export interface Target {
  topic: string
  retain?: boolean
}

export interface PublisherOptions {
  clientId: string
  targets: readonly Target[]
  /** As many messages are on their way at once. */
  window: number
  /** By turns. */
  qos: readonly (1 | 2)[]
}

interface Unfinished extends Numbered {
  retain: boolean
  /** QoS 2: the server has it, and PUBREL was sent. */
  released: boolean
}

/**
 * Publishes numbered messages to its targets by turns, as fast as they are acknowledged. Its session outlives its
 * connections: what it has not heard the end of, it says again, under the same packet identifier.
 */
export class PersistentPublisher {
  /** What the server has promised to keep: told by PUBACK, and by PUBREC or PUBCOMP. */
  readonly acknowledged = new Set<string>()
  /** Connections after the first that did not find its session. */
  lostSessions = 0
  readonly #unfinished = new Map<number, Unfinished>()
  #waiting: { count: number; resolve(): void } | undefined
  #connections = 0
  #begun = 0
  #stopped = false

  constructor(private readonly options: PublisherOptions) {}

  /** Publishes until the connection ends. */
  async connect(port: number): Promise<void> {
    const peer = await tcpPeer(port)
    const { clientId } = this.options
    peer.send({ type: 'connect', version: 5, clientId, cleanStart: false, keepAlive: 0, properties: forEver })
    for (let packet = await peer.next(); packet; packet = await peer.next()) this.#take(peer, packet)
  }

  /** Resolves when so many more are acknowledged. */
  progress(messages: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { count: this.acknowledged.size + messages, resolve }
    })
  }

  /** Begins nothing new; resolves when all that was begun is acknowledged. */
  finish(): Promise<void> {
    this.#stopped = true
    const left = this.#begun - this.acknowledged.size
    return left === 0 ? Promise.resolve() : this.progress(left)
  }

  #take(peer: Peer, packet: Packet): void {
    if (packet.type === 'connack') this.#goOn(peer, packet.sessionPresent)
    else if (packet.type === 'puback') this.#end(packet.packetId)
    else if (packet.type === 'pubrec') this.#release(peer, packet.packetId)
    else if (packet.type === 'pubcomp') this.#end(packet.packetId)
    while (!this.#stopped && this.#unfinished.size < this.options.window) this.#begin(peer)
  }

  #goOn(peer: Peer, sessionPresent: boolean): void {
    if (this.#connections++ > 0 && !sessionPresent) this.lostSessions++
    for (const packetId of this.#unfinished.keys()) this.#say(peer, packetId, true)
  }

  /** Takes the lowest packet identifier that is free: what the server has not forgotten of the last one shows at once. */
  #begin(peer: Peer): void {
    let packetId = 1
    while (this.#unfinished.has(packetId)) packetId++
    this.#unfinished.set(packetId, this.#compose())
    this.#say(peer, packetId, false)
  }

  #compose(): Unfinished {
    const { targets, qos: levels } = this.options
    const number = ++this.#begun
    const { topic, retain = false } = targets[number % targets.length] as Target
    const qos = levels[Math.floor(number / targets.length) % levels.length] as 1 | 2
    return { topic, qos, number, retain, released: false }
  }

  #say(peer: Peer, packetId: number, dup: boolean): void {
    const message = this.#unfinished.get(packetId)
    if (message?.released) peer.send({ type: 'pubrel', packetId, reasonCode: 0 })
    else if (message) {
      const { topic, qos, retain } = message
      peer.send(publishPacket(topic, textOfNumbered(message), { qos, retain, packetId, dup }))
    }
  }

  #release(peer: Peer, packetId: number): void {
    const message = this.#unfinished.get(packetId)
    if (!message) return
    message.released = true
    this.#note(message)
    peer.send({ type: 'pubrel', packetId, reasonCode: 0 })
  }

  #end(packetId: number): void {
    const message = this.#unfinished.get(packetId)
    this.#unfinished.delete(packetId)
    if (message) this.#note(message)
  }

  #note(message: Numbered): void {
    this.acknowledged.add(textOfNumbered(message))
    if (!this.#waiting || this.acknowledged.size < this.#waiting.count) return
    this.#waiting.resolve()
    this.#waiting = undefined
  }
}

const forEver = { sessionExpiryInterval: 0xffffffff }
