import { topics } from '@daakia/protocol'
import type { Packet } from '@daakia/protocol/mqtt'
import type { Recorder } from '../history/recorder.js'

/** Above those of the outbox's window, and of others. */
const firstPacketId = 0xff00
const packetIds = 0x80

/** Tells how far its client has come, once: what was not acknowledged before the connection ended is not known. */
export class Receipts {
  readonly #open = new Map<number, number>()
  readonly #heads = new Map<string, number>()
  #count = 0

  constructor(
    private readonly device: string,
    private readonly client: string,
    private readonly recorder: Recorder,
  ) {}

  heard(conversation: string, seq: number): void {
    this.#heads.set(conversation, Math.max(seq, this.#heads.get(conversation) ?? 0))
  }

  /** `back` from what was heard last; nothing where nothing was heard yet. */
  tell(conversation: string, field: 'read' | 'delivered', back: number, send: (packet: Packet) => void): void {
    const seq = (this.#heads.get(conversation) ?? 0) - back
    const packetId = firstPacketId + (this.#count++ % packetIds)
    if (seq <= 0 || this.#open.has(packetId)) return
    const op = this.recorder.newOp()
    const receipt = { [field]: seq }
    this.#open.set(packetId, op)
    const about = { client: this.client, conversation, ...receipt }
    this.recorder.note(this.device, { what: 'receipt', type: 'invoke', op, ...about })
    const payload = new TextEncoder().encode(JSON.stringify(receipt))
    send({
      type: 'publish',
      topic: topics.receipts(conversation),
      payload,
      qos: 1,
      retain: false,
      dup: false,
      packetId,
    })
  }

  take(packet: Packet): boolean {
    if (packet.type !== 'puback' || !this.#open.has(packet.packetId)) return false
    const op = this.#open.get(packet.packetId) as number
    this.#open.delete(packet.packetId)
    this.recorder.note(this.device, { what: 'receipt', type: packet.reasonCode < 0x80 ? 'ok' : 'fail', op })
    return true
  }

  lost(): void {
    for (const op of this.#open.values()) this.recorder.note(this.device, { what: 'receipt', type: 'info', op })
    this.#open.clear()
  }
}
