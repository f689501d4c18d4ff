import type { Socket } from 'node:net'
import { bodyStart, packetIdAt, packetSize, qosOf, readUint16 } from '../load/mqtt-frames.js'

export type Take = (chunk: Buffer) => void

/** Passes whole packets on to who subscribed to the topic of the first; acknowledges them where their QoS asks for it. */
export const forwarder = (source: Socket, first: Buffer, subscribers: ReadonlyMap<string, Socket[]>): Take => {
  const size = packetSize(first, 0, first.length)
  const body = bodyStart(first, 0)
  const idAt = packetIdAt(first, body)
  const targets = subscribers.get(first.toString('utf8', body + 2, body + 2 + readUint16(first, body))) ?? []
  const acknowledges = qosOf(first[0] as number) > 0
  let rest: Buffer | undefined
  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    const whole = bytes.length - (bytes.length % size)
    rest = whole < bytes.length ? bytes.subarray(whole) : undefined
    if (whole === 0) return
    const packets = bytes.subarray(0, whole)
    for (const target of targets) target.write(packets)
    if (acknowledges) source.write(pubacks(packets, size, idAt))
  }
}

const pubackSize = 4

const pubacks = (packets: Buffer, size: number, idAt: number): Buffer => {
  const bytes = Buffer.allocUnsafe((packets.length / size) * pubackSize)
  for (let at = idAt, to = 0; at < packets.length; at += size, to += pubackSize) {
    bytes[to] = 0x40
    bytes[to + 1] = 2
    bytes[to + 2] = packets[at] as number
    bytes[to + 3] = packets[at + 1] as number
  }
  return bytes
}
