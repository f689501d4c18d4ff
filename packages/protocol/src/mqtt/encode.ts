import { encodePublish } from './codecs/publish.js'
import { type OrdinaryType, ordinaryTypes } from './packet-types.js'
import type { Packet, ProtocolVersion } from './packets.js'
import { Writer } from './writer.js'

const typeOf: ReadonlyMap<string, OrdinaryType> = new Map(ordinaryTypes.map((each) => [each.type, each]))

/**
 * Writes a packet. What MQTT 3.1.1 does not know (properties, reason codes of acknowledgements, subscription options)
 * is left out there.
 *
 * @returns The bytes of the whole packet, its header included. Nobody else holds them.
 * @throws MqttError where the packet breaks the protocol, with the reason code its receiver would give.
 */
export const encode = (packet: Packet, version: ProtocolVersion): Uint8Array => {
  if (packet.type === 'publish') return encodePublish(packet, version)
  const { code, flags, codec } = typeOf.get(packet.type) as OrdinaryType
  const writer = Writer.forBody()
  codec.write(writer, packet, version)
  return writer.withHeader((code << 4) | flags)
}
