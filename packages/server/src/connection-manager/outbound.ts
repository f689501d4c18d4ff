import {
  type AcknowledgementPacket,
  type ConnectPacket,
  encode,
  type Packet,
  type ProtocolVersion,
  type PublishPacket,
  type PublishRun,
} from '@daakia/protocol/mqtt'
import type { Buffers, Encoded } from './buffers.js'
import { OutboundAliases } from './topic-aliases.js'

/** An alias and its property length take no more than this. */
const aliasBytes = 8

/** Encodes the packets for one client, as it asked for them in CONNECT. */
export class OutboundPackets {
  readonly #version: ProtocolVersion
  readonly #maximumBytes: number
  /** Whether reason strings and user properties may go on any packet. */
  readonly #mayExplain: boolean
  readonly #aliases: OutboundAliases | undefined

  constructor(
    { version, properties = {} }: ConnectPacket,
    private readonly buffers: Buffers,
    /** So many topics the server remembers at most, however many aliases the client takes. */
    mostAliases: number,
  ) {
    this.#version = version
    this.#maximumBytes = properties.maximumPacketSize ?? Number.POSITIVE_INFINITY
    this.#mayExplain = properties.requestProblemInformation ?? true
    const aliases = Math.min(properties.topicAliasMaximum ?? 0, mostAliases)
    if (aliases > 0) this.#aliases = new OutboundAliases(aliases)
  }

  /** Whether the same PUBLISH may look different to each receiver. */
  get aliasing(): boolean {
    return this.#aliases !== undefined
  }

  /** Whether a packet of this size is no larger than the client takes. */
  takes(bytes: number): boolean {
    return bytes <= this.#maximumBytes
  }

  /** Whether the client may get the packets just as they came from another. */
  takesAsIs({ version, largest }: PublishRun): boolean {
    return version === this.#version && !this.#aliases && this.takes(largest)
  }

  /** `undefined` where the packet is larger than the client takes [MQTT-3.1.2-24]. To be written before the next one is encoded. */
  encode(packet: Packet): Encoded | undefined {
    if (packet.type === 'publish') return this.#publish(packet)
    if (isPlainAcknowledgement(packet)) return this.#acknowledge(packet)
    const explains = this.#mayExplain || explaining.has(packet.type)
    return (explains ? this.#fitting(packet) : undefined) ?? this.#fitting(unexplained(packet))
  }

  #publish(packet: PublishPacket): Encoded | undefined {
    const { publishes } = this.buffers
    publishes.publish(packet, this.#version)
    const bytes = publishes.end - publishes.start
    if (!this.takes(bytes)) return undefined
    // An alias may be given only in a packet that is sent, else the client would not know it.
    if (this.#aliases && bytes + aliasBytes <= this.#maximumBytes)
      publishes.publish(this.#aliases.shorten(packet), this.#version)
    return publishes
  }

  #acknowledge({ type, packetId, reasonCode }: AcknowledgementPacket): Encoded | undefined {
    const { acknowledgements } = this.buffers
    acknowledgements.acknowledge(type, packetId, reasonCode, this.#version)
    return this.takes(acknowledgements.end - acknowledgements.start) ? acknowledgements : undefined
  }

  #fitting(packet: Packet): Encoded | undefined {
    const bytes = encode(packet, this.#version)
    return this.takes(bytes.length) ? whole(bytes) : undefined
  }
}

/** A packet that has its bytes for itself. */
export const whole = (bytes: Uint8Array): Encoded => ({ bytes, start: 0, end: bytes.length })

const isPlainAcknowledgement = (packet: Packet): packet is AcknowledgementPacket => {
  const { type } = packet
  const acknowledges = type === 'puback' || type === 'pubrec' || type === 'pubrel' || type === 'pubcomp'
  return acknowledges && packet.properties === undefined
}

/** Those that may carry a reason string and user properties whatever the client asked for [MQTT-3.1.2-29]. */
const explaining = new Set<Packet['type']>(['connack', 'disconnect'])

const unexplained = (packet: Packet): Packet => {
  if (!('properties' in packet) || !packet.properties) return packet
  const { reasonString: _, userProperties: __, ...properties } = packet.properties
  return { ...packet, properties }
}
