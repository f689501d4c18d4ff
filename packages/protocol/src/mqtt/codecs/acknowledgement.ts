import type { AcknowledgementPacket } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { ReasonCode } from '../reason-codes.js'
import { propertiesSize, writeSizedProperties } from '../write-properties.js'
import { type Codec, checkPacketId, checkReasonCode, withProperties } from './codec.js'

/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7). In MQTT 5 the properties may be left out where there are none, and
 * the reason code as well where it is 0 (3.4.2.1).
 */
export const acknowledgement = (type: AcknowledgementPacket['type']): Codec<AcknowledgementPacket> => ({
  read(reader) {
    const packetId = checkPacketId(reader.uint16())
    if (reader.version !== 5 || reader.left === 0) return { type, packetId, reasonCode: ReasonCode.Success }
    const reasonCode = checkReasonCode(reader.byte(), type)
    const properties = reader.left === 0 ? undefined : readProperties(reader, type)
    return { type, packetId, reasonCode, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    writer.uint16(checkPacketId(packet.packetId))
    if (version !== 5) return
    checkReasonCode(packet.reasonCode, type)
    const size = propertiesSize(packet.properties, type)
    if (size === 0 && packet.reasonCode === ReasonCode.Success) return
    writer.byte(packet.reasonCode)
    if (size > 0) writeSizedProperties(writer, packet.properties, type, size)
  },
})
