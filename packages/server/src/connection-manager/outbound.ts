import { encode, type Packet, type ProtocolVersion, type PublishPacket } from '@daakia/protocol/mqtt'
import { OutboundAliases } from './topic-aliases.js'

/** What a client said in CONNECT about the packets it takes. */
export interface Taste {
  version: ProtocolVersion
  maximumPacketSize: number
  /** Whether reason strings and user properties may go on other packets than PUBLISH, CONNACK and DISCONNECT. */
  problemInformation: boolean
  topicAliasMaximum: number
}

/** An alias and its property length take no more than this. */
const aliasBytes = 8

/** Encodes the packets for one client, as it asked for them. */
export class OutboundPackets {
  readonly #aliases: OutboundAliases | undefined

  constructor(private readonly taste: Taste) {
    if (taste.topicAliasMaximum > 0) this.#aliases = new OutboundAliases(taste.topicAliasMaximum)
  }

  /** Whether the same PUBLISH may look different to each receiver. */
  get aliasing(): boolean {
    return this.#aliases !== undefined
  }

  /** `undefined` where the packet is larger than the client takes [MQTT-3.1.2-24]. */
  encode(packet: Packet): Uint8Array | undefined {
    if (packet.type === 'publish') return this.#publish(packet)
    const wanted = this.taste.problemInformation || mayExplain.has(packet.type) ? packet : unexplained(packet)
    return (
      this.#ifFits(encode(wanted, this.taste.version)) ?? this.#ifFits(encode(unexplained(packet), this.taste.version))
    )
  }

  #publish(packet: PublishPacket): Uint8Array | undefined {
    const bytes = this.#ifFits(encode(packet, this.taste.version))
    // An alias may be given only in a packet that is sent, else the client would not know it.
    if (!bytes || !this.#aliases || bytes.length + aliasBytes > this.taste.maximumPacketSize) return bytes
    return encode(this.#aliases.shorten(packet), this.taste.version)
  }

  #ifFits(bytes: Uint8Array): Uint8Array | undefined {
    return bytes.length <= this.taste.maximumPacketSize ? bytes : undefined
  }
}

/** Those that may carry a reason string and user properties whatever the client asked for [MQTT-3.1.2-29]. */
const mayExplain = new Set<Packet['type']>(['connack', 'disconnect'])

const unexplained = (packet: Packet): Packet => {
  if (!('properties' in packet) || !packet.properties) return packet
  const { reasonString: _, userProperties: __, ...properties } = packet.properties
  return { ...packet, properties }
}
