import { protocolError } from '../error.js'
import type { ProtocolVersion, SubackPacket } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { ReasonCode } from '../reason-codes.js'
import { writeProperties } from '../write-properties.js'
import { type Codec, checkNotEmpty, checkPacketId, checkReasonCode, withProperties } from './codec.js'

/** SUBACK (3.9). MQTT 3.1.1 knows one way to fail: any other is written as 0x80. */
export const suback: Codec<SubackPacket> = {
  read(reader) {
    const packetId = checkPacketId(reader.uint16())
    const properties = reader.version === 5 ? readProperties(reader, 'suback') : undefined
    const reasonCodes: number[] = []
    while (reader.left > 0) reasonCodes.push(checkCode(reader.byte(), reader.version))
    checkNotEmpty(reasonCodes, '(3.9.3)')
    return { type: 'suback', packetId, reasonCodes, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    checkNotEmpty(packet.reasonCodes, '(3.9.3)')
    writer.uint16(checkPacketId(packet.packetId))
    if (version === 5) writeProperties(writer, packet.properties, 'suback')
    for (const code of packet.reasonCodes) {
      checkReasonCode(code, 'suback')
      writer.byte(version === 4 ? Math.min(code, ReasonCode.UnspecifiedError) : code)
    }
  },
}

const checkCode = (code: number, version: ProtocolVersion | undefined): number => {
  // "SUBACK return codes other than 0x00, 0x01, 0x02 and 0x80 are reserved" (MQTT 3.1.1 [MQTT-3.9.3-2])
  if (version !== 5 && code > ReasonCode.UnspecifiedError)
    throw protocolError('A reserved return code (MQTT 3.1.1 [MQTT-3.9.3-2])')
  return checkReasonCode(code, 'suback')
}
