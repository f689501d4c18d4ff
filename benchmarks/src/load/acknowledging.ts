import type { Link } from './link.js'
import { PacketType, packetIdAt, packetType, qosOf } from './mqtt-frames.js'
import { MqttReader, type PacketHandler } from './mqtt-reader.js'

const pubackFirst = 0x40

export interface Handlers {
  message?: PacketHandler
  /** A PUBACK came. */
  acknowledged?: () => void
}

/** Has `link` acknowledge what comes with QoS 1, all of a chunk in one write, and tell of what came. */
export const acknowledging = (link: Link, { message, acknowledged }: Handlers): void => {
  let pubacks: number[] = []
  const reader = new MqttReader((first, bytes, body, end) => {
    const type = packetType(first)
    if (type === PacketType.puback) acknowledged?.()
    if (type !== PacketType.publish) return
    if (qosOf(first) === 1) {
      const at = packetIdAt(bytes, body)
      pubacks.push(pubackFirst, 2, bytes[at] as number, bytes[at + 1] as number)
    }
    message?.(first, bytes, body, end)
  })
  link.receive = (bytes, end) => {
    reader.push(bytes, end)
    if (pubacks.length === 0) return
    link.write(Uint8Array.from(pubacks))
    pubacks = []
  }
}
