import type { Packet, PublishPacket } from '@daakia/protocol/mqtt'
import { propertyOf } from '../../support/client.js'
import { tcpPeer } from '../../support/doors.js'
import { type Peer, subscriptionRequest, textOf } from '../../support/peer.js'

/** A message as it arrived. */
export interface Arrival {
  text: string
  /** Its place in its conversation, where it belongs to one. */
  seq: string | undefined
}

/**
 * Subscribes with QoS 2, and takes a QoS 2 message once, as the specification has it (4.3.3): until PUBREL the same
 * packet identifier is the same message. Its session outlives its connections.
 */
export class PersistentSubscriber {
  /** In the order of arrival; of QoS 1, again and again if it comes so. */
  readonly received: Arrival[] = []
  /** Connections after the first that did not find its session. */
  lostSessions = 0
  readonly #taken = new Set<number>()
  #connections = 0
  #waiting: { texts: Set<string>; resolve(): void } | undefined
  #subscribed: () => void = () => {}

  constructor(private readonly options: { clientId: string; filters: readonly string[] }) {}

  /** Resolves when it is subscribed; `ended` when the connection has ended. */
  async connect(port: number): Promise<{ ended: Promise<void> }> {
    const peer = await tcpPeer(port)
    const { clientId } = this.options
    peer.send({ type: 'connect', version: 5, clientId, cleanStart: false, keepAlive: 0, properties: forEver })
    const subscribed = new Promise<void>((resolve) => {
      this.#subscribed = resolve
    })
    const ended = this.#listen(peer)
    await Promise.race([subscribed, ended])
    return { ended }
  }

  /** Resolves when all of these have come. */
  has(texts: Iterable<string>): Promise<void> {
    const missing = new Set(texts)
    for (const { text } of this.received) missing.delete(text)
    if (missing.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting = { texts: missing, resolve }
    })
  }

  async #listen(peer: Peer): Promise<void> {
    for (let packet = await peer.next(); packet; packet = await peer.next()) this.#take(peer, packet)
  }

  #take(peer: Peer, packet: Packet): void {
    if (packet.type === 'connack') this.#welcome(peer, packet.sessionPresent)
    else if (packet.type === 'suback') this.#subscribed()
    else if (packet.type === 'publish') this.#receive(peer, packet)
    else if (packet.type === 'pubrel') this.#complete(peer, packet.packetId)
  }

  #welcome(peer: Peer, sessionPresent: boolean): void {
    if (this.#connections++ > 0 && !sessionPresent) this.lostSessions++
    const subscriptions = this.options.filters.map((filter) => subscriptionRequest(filter, { qos: 2 }))
    if (sessionPresent) this.#subscribed()
    else peer.send({ type: 'subscribe', packetId: 1, subscriptions })
  }

  #receive(peer: Peer, packet: PublishPacket): void {
    const packetId = packet.packetId ?? 0
    if (packet.qos < 2 || !this.#taken.has(packetId)) this.#keep(packet)
    if (packet.qos === 2) this.#taken.add(packetId)
    peer.send({ type: packet.qos === 2 ? 'pubrec' : 'puback', packetId, reasonCode: 0 })
  }

  #complete(peer: Peer, packetId: number): void {
    this.#taken.delete(packetId)
    peer.send({ type: 'pubcomp', packetId, reasonCode: 0 })
  }

  #keep(packet: PublishPacket): void {
    const text = textOf(packet)
    this.received.push({ text, seq: propertyOf(packet, 'seq') })
    const waiting = this.#waiting
    if (!waiting?.texts.delete(text) || waiting.texts.size > 0) return
    this.#waiting = undefined
    waiting.resolve()
  }
}

const forEver = { sessionExpiryInterval: 0xffffffff }
