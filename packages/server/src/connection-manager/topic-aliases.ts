import { MqttError, type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { LimitError } from '../limits/limit-error.js'

/** The aliases that a client has set on this connection (MQTT 5, 3.3.2.3.4). */
export class InboundAliases {
  /** As the CONNACK told the client. */
  maximum = 0
  /** Most clients set none. */
  #topics: Map<number, string> | undefined

  /** The packet with its topic in full. @throws MqttError 0x94 for an alias that is not allowed or not set. */
  resolve(packet: PublishPacket): PublishPacket {
    const alias = packet.properties?.topicAlias
    if (alias === undefined) return packet
    if (alias > this.maximum) throw above(alias, this.maximum)
    if (packet.topic !== '') this.#set(alias, packet.topic)
    const topic = this.#topics?.get(alias)
    if (topic === undefined) throw invalid(`Topic alias ${alias} was not set`)
    const { topicAlias: _, ...properties } = packet.properties ?? {}
    return { ...packet, topic, properties }
  }

  #set(alias: number, topic: string): void {
    this.#topics ??= new Map()
    this.#topics.set(alias, topic)
  }
}

const above = (alias: number, maximum: number): MqttError =>
  new LimitError(
    'topicAliases',
    ReasonCode.TopicAliasInvalid,
    `Topic alias ${alias} is above the maximum of ${maximum}`,
  )

const invalid = (message: string): MqttError => new MqttError(ReasonCode.TopicAliasInvalid, message)

/** The aliases that the server sets for a client, up to the maximum that it takes: the first topics get them. */
export class OutboundAliases {
  readonly #aliases = new Map<string, number>()

  constructor(private readonly maximum: number) {}

  /** The packet with its alias, and without its topic where the client knows the alias already. */
  shorten(packet: PublishPacket): PublishPacket {
    const known = this.#aliases.get(packet.topic)
    if (known !== undefined) return withAlias(packet, '', known)
    if (this.#aliases.size >= this.maximum) return packet
    const alias = this.#aliases.size + 1
    this.#aliases.set(packet.topic, alias)
    return withAlias(packet, packet.topic, alias)
  }
}

const withAlias = (packet: PublishPacket, topic: string, topicAlias: number): PublishPacket => ({
  ...packet,
  topic,
  properties: { ...packet.properties, topicAlias },
})
