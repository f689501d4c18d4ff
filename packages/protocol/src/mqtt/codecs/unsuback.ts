import type { UnsubackPacket } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { writeProperties } from '../write-properties.js'
import { type Codec, checkNotEmpty, checkPacketId, checkReasonCode, withProperties } from './codec.js'

/** UNSUBACK (3.11). In MQTT 3.1.1 it is the packet identifier alone. */
export const unsuback: Codec<UnsubackPacket> = {
  read(reader) {
    const packetId = checkPacketId(reader.uint16())
    if (reader.version !== 5) return { type: 'unsuback', packetId, reasonCodes: [] }
    const properties = readProperties(reader, 'unsuback')
    const reasonCodes: number[] = []
    while (reader.left > 0) reasonCodes.push(checkReasonCode(reader.byte(), 'unsuback'))
    checkNotEmpty(reasonCodes, '(3.11.3)')
    return { type: 'unsuback', packetId, reasonCodes, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    writer.uint16(checkPacketId(packet.packetId))
    if (version !== 5) return
    checkNotEmpty(packet.reasonCodes, '(3.11.3)')
    writeProperties(writer, packet.properties, 'unsuback')
    for (const code of packet.reasonCodes) writer.byte(checkReasonCode(code, 'unsuback'))
  },
}
