import { writePublish } from './codecs/publish.js'
import type { AcknowledgementPacket, ProtocolVersion, PublishPacket } from './packets.js'
import { Writer } from './writer.js'

/** Hundreds of usual packets. */
const chunkBytes = 16 * 1024
const longestAcknowledgement = 5

const firstBytes: Record<AcknowledgementPacket['type'], number> = {
  puback: 0x40,
  pubrec: 0x50,
  pubrel: 0x62,
  pubcomp: 0x70,
}

/**
 * Encodes packets one behind another into chunks of memory that they share: a buffer for each packet costs more than
 * the packet. What was written is never changed or moved; a view of it keeps its whole chunk alive.
 */
export class PacketBuffer {
  /** Where the packet that was written last starts in `bytes`. */
  start = 0
  readonly #writer = new Writer(0, chunkBytes)

  /** The chunk that the packet which was written last is in. */
  get bytes(): Uint8Array {
    return this.#writer.bytes
  }

  /** Where that packet ends. */
  get end(): number {
    return this.#writer.position
  }

  /** @throws MqttError as `encode` does. */
  publish(packet: PublishPacket, version: ProtocolVersion): void {
    writePublish(this.#writer, packet, version)
    this.start = this.#writer.packetStart
  }

  /** An acknowledgement without properties. In MQTT 5 a reason code of 0 is left out (3.4.2.1); 3.1.1 has none. */
  acknowledge(
    type: AcknowledgementPacket['type'],
    packetId: number,
    reasonCode: number,
    version: ProtocolVersion,
  ): void {
    const writer = this.#writer
    const size = version === 4 || reasonCode === 0 ? 2 : 3
    writer.begin(longestAcknowledgement)
    writer.byte(firstBytes[type])
    writer.byte(size)
    writer.uint16(packetId)
    if (size > 2) writer.byte(reasonCode)
    this.start = writer.packetStart
  }

  /** A copy of a packet of QoS 1 or 2 with another packet identifier. */
  withPacketId(publish: Uint8Array, start: number, end: number, packetId: number): void {
    const writer = this.#writer
    writer.begin(end - start)
    writer.copy(publish, start, end)
    this.start = writer.packetStart
    const at = packetIdOffset(writer.bytes, this.start)
    writer.bytes[at] = packetId >> 8
    writer.bytes[at + 1] = packetId & 0xff
  }
}

/** The packet identifier follows the topic in the variable header (MQTT 5, 3.3.2). */
const packetIdOffset = (publish: Uint8Array, start: number): number => {
  let at = start + 1
  while ((publish[at++] ?? 0) & 0x80);
  return at + 2 + (((publish[at] ?? 0) << 8) | (publish[at + 1] ?? 0))
}
