import { topics } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { Client, ConnectFields } from '../../support/client.js'
import type { Connecting } from '../../support/connecting.js'
import { textOf } from '../../support/peer.js'

export interface WorkerFields extends ConnectFields {
  group?: string
  capacity?: number
  since?: string
}

/** A connection of a client that shares its inbox; it acknowledges what the test says. */
export class Worker {
  private constructor(
    readonly client: Client,
    readonly group: string,
  ) {}

  static async connect(server: Pick<Connecting, 'client'>, name: string, fields: WorkerFields = {}): Promise<Worker> {
    const { group = 'workers', capacity, since, ...connect } = fields
    const worker = new Worker(await server.client(name, { ...connect, silent: true }), group)
    const { reasonCodes } = await worker.subscribe({ capacity, since })
    if (reasonCodes[0] !== 1) throw new Error(`The worker was not let in: ${reasonCodes[0]}`)
    return worker
  }

  subscribe({ capacity, since }: { capacity?: number | undefined; since?: string | undefined } = {}) {
    const properties = {
      ...(capacity !== undefined && { capacity: String(capacity) }),
      ...(since !== undefined && { since }),
    }
    return this.client.subscribe(topics.queue(this.group), { properties })
  }

  unsubscribe() {
    return this.client.unsubscribe(topics.queue(this.group))
  }

  /** The next message that it gets. */
  gets(): Promise<PublishPacket> {
    return this.client.hears()
  }

  /** The text of the next message, which it acknowledges. */
  async handles(): Promise<string> {
    const packet = await this.gets()
    this.client.acknowledge(packet)
    return textOf(packet)
  }

  async handlesAll(count: number): Promise<string[]> {
    const texts: string[] = []
    while (texts.length < count) texts.push(await this.handles())
    return texts
  }

  /** Says that it failed at a message. Resolves when the server has heard it. */
  fails(packet: PublishPacket, reason?: string): Promise<void> {
    return this.answers(packet, 0x83, reason)
  }

  /** Resolves when the server has heard it. */
  async answers({ packetId = 0 }: PublishPacket, reasonCode: number, reason?: string): Promise<void> {
    const properties = { ...(reason !== undefined && { reasonString: reason }) }
    this.client.sendPacket({ type: 'puback', packetId, reasonCode, properties })
    this.client.sendPacket({ type: 'pingreq' })
    await this.client.answer()
  }

  takeUnheard(): PublishPacket[] {
    return this.client.takeUnheard()
  }
}
