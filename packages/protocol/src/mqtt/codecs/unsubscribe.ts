import type { UnsubscribePacket } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { writeProperties } from '../write-properties.js'
import { type Codec, checkNotEmpty, checkPacketId, withProperties } from './codec.js'

/** UNSUBSCRIBE (3.10). */
export const unsubscribe: Codec<UnsubscribePacket> = {
  read(reader) {
    const packetId = checkPacketId(reader.uint16())
    const properties = reader.version === 5 ? readProperties(reader, 'unsubscribe') : undefined
    const filters: string[] = []
    while (reader.left > 0) filters.push(reader.string())
    checkNotEmpty(filters, '[MQTT-3.10.3-2]')
    return { type: 'unsubscribe', packetId, filters, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    checkNotEmpty(packet.filters, '[MQTT-3.10.3-2]')
    writer.uint16(checkPacketId(packet.packetId))
    if (version === 5) writeProperties(writer, packet.properties, 'unsubscribe')
    for (const filter of packet.filters) writer.string(filter)
  },
}
