import type { Packet, PublishPacket } from '@daakia/protocol/mqtt'
import { type Peer, textOf } from '../../support/peer.js'

interface Outgoing {
  packetId: number
  text: string
  released: boolean
}

/**
 * A client as the specifications want it: whatever breaks, it sends again what was not acknowledged, in order, and takes
 * a QoS 2 message once. It says and hears messages of one topic at one QoS.
 */
export class SteadyClient {
  /** What it was sent, in order. */
  readonly heard: string[] = []
  #peer: Peer | undefined
  /** What came and was not handled yet. */
  #arrived: Packet[] = []
  #outgoing: Outgoing[] = []
  readonly #taken = new Set<number>()
  #lastId = 0

  constructor(
    private readonly connect: () => Promise<Peer>,
    private readonly qos: 1 | 2,
  ) {}

  /** Nothing that it has said is on its way. */
  get idle(): boolean {
    return this.#outgoing.length === 0
  }

  async say(text: string): Promise<void> {
    this.#lastId = (this.#lastId % 0xffff) + 1
    const outgoing = { packetId: this.#lastId, text, released: false }
    const peer = await this.#connected()
    this.#outgoing.push(outgoing)
    this.#publish(peer, outgoing, false)
  }

  async subscribe(): Promise<void> {
    await (await this.#connected()).subscribe('room', { qos: this.qos })
  }

  /** Handles that many packets of those that have come; answers how many it has handled. */
  async handle(most = Number.POSITIVE_INFINITY): Promise<number> {
    const peer = await this.#connected()
    this.#arrived.push(...(await peer.heard()))
    return this.#handleArrived(peer, most)
  }

  /**
   * The connection breaks while the answers to so many packets are on their way; what came by it and was not handled is
   * lost.
   */
  async lose(answers: number): Promise<void> {
    const peer = this.#peer
    if (!peer) return
    this.#arrived.push(...(await peer.heard()))
    this.#handleArrived(peer, answers)
    await this.forget()
  }

  /** Its connection is gone, and what came by it. */
  async forget(): Promise<void> {
    await this.#peer?.vanish()
    this.#peer = undefined
    this.#arrived = []
  }

  #handleArrived(peer: Peer, most: number): number {
    const packets = this.#arrived.splice(0, most)
    for (const packet of packets) this.#take(peer, packet)
    return packets.length
  }

  async #connected(): Promise<Peer> {
    if (this.#peer) return this.#peer
    const peer = await this.connect()
    this.#peer = peer
    for (const outgoing of this.#outgoing) {
      if (outgoing.released) peer.send({ type: 'pubrel', packetId: outgoing.packetId, reasonCode: 0 })
      else this.#publish(peer, outgoing, true)
    }
    return peer
  }

  #publish(peer: Peer, { packetId, text }: Outgoing, dup: boolean): void {
    peer.publish('room', text, { qos: this.qos, packetId, dup })
  }

  #take(peer: Peer, packet: Packet): void {
    if (packet.type === 'publish') this.#hear(peer, packet)
    else if (packet.type === 'pubrel') {
      this.#taken.delete(packet.packetId)
      peer.send({ type: 'pubcomp', packetId: packet.packetId, reasonCode: 0 })
    } else if (packet.type === 'pubrec') {
      for (const each of this.#outgoing) if (each.packetId === packet.packetId) each.released = true
      peer.send({ type: 'pubrel', packetId: packet.packetId, reasonCode: 0 })
    } else if (packet.type === 'puback' || packet.type === 'pubcomp')
      this.#outgoing = this.#outgoing.filter(({ packetId }) => packetId !== packet.packetId)
  }

  #hear(peer: Peer, packet: PublishPacket): void {
    const { packetId = 0 } = packet
    if (!this.#taken.has(packetId)) this.heard.push(textOf(packet))
    if (this.qos === 2) this.#taken.add(packetId)
    peer.send({ type: this.qos === 1 ? 'puback' : 'pubrec', packetId, reasonCode: 0 })
  }
}
