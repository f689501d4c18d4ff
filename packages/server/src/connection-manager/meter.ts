import type { Packet, PublishRun } from '@daakia/protocol/mqtt'
import type { Counters } from '../counters.js'
import type { Traffic } from '../limits/port.js'
import { addTraffic, noTraffic } from '../limits/traffic.js'
import type { Encoded } from './buffers.js'

const publishType = 3

/** Counts what goes in and out on one connection, for the server, and for the vendor that it belongs to. */
export class Meter {
  #traffic: Traffic = noTraffic()

  constructor(private readonly counters: Counters) {}

  /** It is known now whose connection this is. What has gone in and out before is theirs as well. */
  belongsTo(traffic: Traffic): void {
    addTraffic(traffic, this.#traffic)
    this.#traffic = traffic
  }

  bytesReceived(bytes: number): void {
    this.counters.bytesReceived += bytes
    this.#traffic.bytesReceived += bytes
  }

  received(packet: Packet): void {
    this.counters.packetsReceived++
    this.#traffic.packetsReceived++
    if (packet.type !== 'publish') return
    this.counters.published[packet.qos]++
    this.#traffic.publishesReceived++
  }

  receivedRun({ count }: PublishRun): void {
    this.counters.packetsReceived += count
    this.counters.published[0] += count
    this.#traffic.packetsReceived += count
    this.#traffic.publishesReceived += count
  }

  /** A packet in its encoded form, of which the first byte tells what it is (2.1.1). */
  sent({ bytes, start, end }: Encoded): void {
    this.counters.packetsSent++
    this.counters.bytesSent += end - start
    this.#traffic.packetsSent++
    this.#traffic.bytesSent += end - start
    const first = bytes[start] ?? 0
    if (first >> 4 !== publishType) return
    this.counters.delivered[((first >> 1) & 3) as 0 | 1 | 2]++
    this.#traffic.publishesSent++
  }

  sentRun({ count, start, end }: PublishRun): void {
    this.counters.packetsSent += count
    this.counters.bytesSent += end - start
    this.counters.delivered[0] += count
    this.#traffic.packetsSent += count
    this.#traffic.bytesSent += end - start
    this.#traffic.publishesSent += count
  }
}
