import type { Packet } from '@daakia/protocol/mqtt'
import { tcpPeer } from '../../support/doors.js'
import { type Peer, publishPacket } from '../../support/peer.js'

interface Unfinished {
  text: string
  qos: 1 | 2
  /** QoS 2: the server has it, and PUBREL was sent. */
  released: boolean
}

export interface PublisherOptions {
  clientId: string
  topic: string
  /** As many messages are on their way at once. */
  window: number
}

/**
 * Publishes numbered messages, by turns with QoS 1 and 2, as fast as they are acknowledged. Its session outlives its
 * connections: what it has not heard the end of, it says again, under the same packet identifier.
 */
export class PersistentPublisher {
  /** What the server has promised to keep: told by PUBACK, and by PUBREC or PUBCOMP. */
  readonly acknowledged = new Set<string>()
  readonly #unfinished = new Map<number, Unfinished>()
  #waiting: { count: number; resolve(): void } | undefined
  #sent = 0
  #lastPacketId = 0
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
    const begun = this.#sent
    return this.acknowledged.size === begun ? Promise.resolve() : this.progress(begun - this.acknowledged.size)
  }

  #take(peer: Peer, packet: Packet): void {
    if (packet.type === 'connack') for (const packetId of this.#unfinished.keys()) this.#say(peer, packetId, true)
    else if (packet.type === 'puback') this.#end(packet.packetId)
    else if (packet.type === 'pubrec') this.#release(peer, packet.packetId)
    else if (packet.type === 'pubcomp') this.#end(packet.packetId)
    while (!this.#stopped && this.#unfinished.size < this.options.window) this.#begin(peer)
  }

  #begin(peer: Peer): void {
    do this.#lastPacketId = (this.#lastPacketId % 0xffff) + 1
    while (this.#unfinished.has(this.#lastPacketId))
    const qos = this.#sent % 2 === 0 ? 1 : 2
    this.#unfinished.set(this.#lastPacketId, { text: `${qos}:${++this.#sent}`, qos, released: false })
    this.#say(peer, this.#lastPacketId, false)
  }

  #say(peer: Peer, packetId: number, dup: boolean): void {
    const message = this.#unfinished.get(packetId)
    if (message?.released) peer.send({ type: 'pubrel', packetId, reasonCode: 0 })
    else if (message) peer.send(publishPacket(this.options.topic, message.text, { qos: message.qos, packetId, dup }))
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

  #note({ text }: Unfinished): void {
    this.acknowledged.add(text)
    if (!this.#waiting || this.acknowledged.size < this.#waiting.count) return
    this.#waiting.resolve()
    this.#waiting = undefined
  }
}

const forEver = { sessionExpiryInterval: 0xffffffff }
