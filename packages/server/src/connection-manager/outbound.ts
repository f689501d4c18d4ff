import {
  type ConnectPacket,
  encode,
  type Packet,
  type ProtocolVersion,
  type PublishPacket,
  type PublishRun,
} from '@daakia/protocol/mqtt'
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

  constructor({ version, properties = {} }: ConnectPacket) {
    this.#version = version
    this.#maximumBytes = properties.maximumPacketSize ?? Number.POSITIVE_INFINITY
    this.#mayExplain = properties.requestProblemInformation ?? true
    if (properties.topicAliasMaximum) this.#aliases = new OutboundAliases(properties.topicAliasMaximum)
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

  /** `undefined` where the packet is larger than the client takes [MQTT-3.1.2-24]. */
  encode(packet: Packet): Uint8Array | undefined {
    if (packet.type === 'publish') return this.#publish(packet)
    const explains = this.#mayExplain || explaining.has(packet.type)
    return (explains ? this.#fitting(packet) : undefined) ?? this.#fitting(unexplained(packet))
  }

  #publish(packet: PublishPacket): Uint8Array | undefined {
    const bytes = this.#fitting(packet)
    // An alias may be given only in a packet that is sent, else the client would not know it.
    if (!bytes || !this.#aliases || bytes.length + aliasBytes > this.#maximumBytes) return bytes
    return encode(this.#aliases.shorten(packet), this.#version)
  }

  #fitting(packet: Packet): Uint8Array | undefined {
    const bytes = encode(packet, this.#version)
    return this.takes(bytes.length) ? bytes : undefined
  }
}

/** Those that may carry a reason string and user properties whatever the client asked for [MQTT-3.1.2-29]. */
const explaining = new Set<Packet['type']>(['connack', 'disconnect'])

const unexplained = (packet: Packet): Packet => {
  if (!('properties' in packet) || !packet.properties) return packet
  const { reasonString: _, userProperties: __, ...properties } = packet.properties
  return { ...packet, properties }
}
