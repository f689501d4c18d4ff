import { malformed, protocolError } from '../error.js'
import type { ConnackPacket, ProtocolVersion } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { writeProperties } from '../write-properties.js'
import { type Codec, checkReasonCode, withProperties } from './codec.js'

/** Return codes of 3.1.1 above this are reserved (MQTT 3.1.1, table 3.1). */
const largestReturnCode = 5

/** CONNACK (3.2). */
export const connack: Codec<ConnackPacket> = {
  read(reader) {
    const flags = reader.byte()
    if (flags > 1) throw malformed('A reserved connect acknowledge flag is set [MQTT-3.2.2-1]')
    const sessionPresent = flags === 1
    const reasonCode = reader.byte()
    checkAnswer(sessionPresent, reasonCode, reader.version)
    const properties = reader.version === 5 ? readProperties(reader, 'connack') : undefined
    return { type: 'connack', sessionPresent, reasonCode, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    checkAnswer(packet.sessionPresent, packet.reasonCode, version)
    writer.byte(packet.sessionPresent ? 1 : 0)
    writer.byte(packet.reasonCode)
    if (version === 5) writeProperties(writer, packet.properties, 'connack')
  },
}

const checkAnswer = (sessionPresent: boolean, reasonCode: number, version: ProtocolVersion | undefined): void => {
  if (version === 5) checkReasonCode(reasonCode, 'connack')
  else if (reasonCode > largestReturnCode)
    throw protocolError('A return code above 5 is reserved (MQTT 3.1.1, table 3.1)')
  if (sessionPresent && reasonCode !== 0) throw protocolError('A refusal has no session [MQTT-3.2.2-6]')
}
