import type { Dialect } from './dialect.js'
import type { Link } from './link.js'
import { PacketType, packetType, readUint16 } from './mqtt-frames.js'
import { MqttReader } from './mqtt-reader.js'

const refused = 0x80

/** A publisher of QoS 1 that keeps `size` messages outstanding. */
export class Window {
  acknowledged = 0
  refused = 0
  private running = true
  private readonly packets: Uint8Array[]
  /** Answers to one chunk, sent in one write. */
  private batch: Uint8Array[] = []
  private left: number
  private readonly last: number | undefined
  private readonly finished: () => void

  constructor(
    private readonly link: Link,
    options: {
      dialect: Dialect
      size: number
      topic: string
      payload: Uint8Array
      /** No more than so many are sent; without it, there is no end. */
      count?: number
      /** All of them were acknowledged. */
      finished?(): void
    },
  ) {
    const { dialect, size, topic, payload } = options
    this.left = (options.count ?? Number.POSITIVE_INFINITY) - size
    this.last = options.count
    this.finished = options.finished ?? (() => undefined)
    this.packets = Array.from({ length: size }, (_, index) =>
      dialect.publish({ topic, payload, qos: 1, packetId: index + 1 }),
    )
  }

  start(): void {
    const reader = new MqttReader((first, bytes, body, end) => this.take(first, bytes, body, end))
    this.link.receive = (bytes, end) => {
      reader.push(bytes, end)
      this.flush()
    }
    this.batch.push(...this.packets)
    this.flush()
  }

  stop(): void {
    this.running = false
  }

  private take(first: number, bytes: Uint8Array, body: number, end: number): void {
    if (packetType(first) !== PacketType.puback) return
    this.acknowledged++
    // PUBACK of MQTT 5 leaves the reason code out where it is 0 (3.4.2.1).
    if (end - body > 2 && (bytes[body + 2] as number) >= refused) this.refused++
    if (this.left-- > 0) this.batch.push(this.packets[readUint16(bytes, body) - 1] as Uint8Array)
    if (this.acknowledged === this.last) this.finished()
  }

  private flush(): void {
    if (this.batch.length === 0 || !this.running) return
    this.link.write(this.batch.length === 1 ? (this.batch[0] as Uint8Array) : Buffer.concat(this.batch))
    this.batch = []
  }
}
