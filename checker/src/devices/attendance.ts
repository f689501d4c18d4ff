import { topics } from '@daakia/protocol'
import type { Packet } from '@daakia/protocol/mqtt'
import type { PresenceStatus } from '../history/event.js'

/** Above those of the outbox's window, and of subscriptions. */
const packetId = 0xfff8

/** What one connection counts as, as far as the server has acknowledged it: each begins online. */
export class Attendance {
  status: PresenceStatus = 'offline'
  #said: 'online' | 'away' | undefined

  constructor(private readonly client: string) {}

  begins(): void {
    this.status = 'online'
    this.#said = undefined
  }

  ends(): void {
    this.status = 'offline'
    this.#said = undefined
  }

  say(status: 'online' | 'away', send: (packet: Packet) => void): void {
    // One at a time: which of two was acknowledged would not be told.
    if (this.#said) return
    this.#said = status
    const payload = new TextEncoder().encode(JSON.stringify({ status }))
    const topic = topics.presence(this.client)
    send({ type: 'publish', topic, payload, qos: 1, retain: false, dup: false, packetId })
  }

  take(packet: Packet): boolean {
    if (packet.type !== 'puback' || packet.packetId !== packetId) return false
    if (this.#said && packet.reasonCode < 0x80) this.status = this.#said
    this.#said = undefined
    return true
  }
}
