import type { Dialect } from './dialect.js'
import type { Link } from './link.js'
import { nextPacketId, Template } from './template.js'

const stampBytes = 4

/** A publisher of QoS 1 whose payloads of `size` bytes begin with a number. */
export class StampedPublisher {
  private readonly template: Template
  private readonly size: number
  private packetId = 0

  constructor(
    private readonly link: Link,
    { dialect, topic, payload }: { dialect: Dialect; topic: string; payload: Uint8Array },
  ) {
    this.template = new Template(dialect, { topic, payload })
    this.size = payload.length
  }

  send(stamp: number): void {
    this.packetId = nextPacketId(this.packetId)
    const packet = this.template.withId(this.packetId)
    packet.writeUInt32BE(stamp, packet.length - this.size)
    this.link.write(packet)
  }
}

/** The number that a payload of `size` bytes carries, which ends before `end`. */
export const stampOf = (bytes: Uint8Array, end: number, size: number): number => {
  let stamp = 0
  for (let at = end - size; at < end - size + stampBytes; at++) stamp = stamp * 256 + (bytes[at] as number)
  return stamp
}
