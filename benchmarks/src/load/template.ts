import type { Dialect, Message } from './dialect.js'
import { bodyStart, packetIdAt } from './mqtt-frames.js'

const highestPacketId = 65_535

/** A PUBLISH of QoS 1 that is encoded once; what differs is patched into a copy. */
export class Template {
  private readonly packet: Buffer
  private readonly idAt: number

  constructor(dialect: Dialect, message: Omit<Message, 'qos'>) {
    this.packet = Buffer.from(dialect.publish({ ...message, qos: 1, packetId: 1 }))
    this.idAt = packetIdAt(this.packet, bodyStart(this.packet, 0))
  }

  withId(packetId: number): Buffer {
    const packet = Buffer.from(this.packet)
    packet.writeUInt16BE(packetId, this.idAt)
    return packet
  }
}

export const nextPacketId = (packetId: number): number => (packetId % highestPacketId) + 1
