import { encode, type ProtocolVersion, type QoS } from '@daakia/protocol/mqtt'
import { detached, publishOf } from './message.js'
import type { RoutedMessage } from './port.js'

/** Stands in the encoded packet until each receiver's own identifier takes its place. */
const placeholder = 1

/** One message on its way to many: encoded once for each form that its receivers need. */
export class FanOut {
  readonly #encoded: (Uint8Array | undefined)[] = []
  #kept: RoutedMessage | undefined

  constructor(readonly message: RoutedMessage) {}

  /** The message to keep for later, the same for all who do. */
  get kept(): RoutedMessage {
    this.#kept ??= detached(this.message)
    return this.#kept
  }

  /** The PUBLISH as all receivers of this version, QoS and RETAIN get it; `packetId` where the QoS is 1 or 2. */
  packet(version: ProtocolVersion, qos: QoS, retain: boolean, packetId: number): Uint8Array {
    const form = (version === 5 ? 6 : 0) + qos * 2 + (retain ? 1 : 0)
    const bytes = this.#encoded[form] ?? this.#encode(form, version, qos, retain)
    return qos === 0 ? bytes : withPacketId(bytes, packetId)
  }

  #encode(form: number, version: ProtocolVersion, qos: QoS, retain: boolean): Uint8Array {
    const packet = publishOf(this.message, { qos, retain, identifiers: [] }, qos > 0 ? placeholder : undefined)
    const bytes = encode(packet, version)
    this.#encoded[form] = bytes
    return bytes
  }
}

const withPacketId = (template: Uint8Array, packetId: number): Uint8Array => {
  const bytes = template.slice()
  const at = packetIdOffset(template)
  bytes[at] = packetId >> 8
  bytes[at + 1] = packetId & 0xff
  return bytes
}

/** The packet identifier follows the topic in the variable header (MQTT 5, 3.3.2). */
const packetIdOffset = (publish: Uint8Array): number => {
  let at = 1
  while ((publish[at++] ?? 0) & 0x80);
  return at + 2 + (((publish[at] ?? 0) << 8) | (publish[at + 1] ?? 0))
}
