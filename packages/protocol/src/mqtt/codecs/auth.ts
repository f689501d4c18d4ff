import { protocolError } from '../error.js'
import type { AuthPacket, Properties } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { ReasonCode } from '../reason-codes.js'
import { writeProperties } from '../write-properties.js'
import { type Codec, checkReasonCode, withProperties } from './codec.js'

/** AUTH (3.15), of MQTT 5 only. */
export const auth: Codec<AuthPacket> = {
  read(reader) {
    if (reader.left === 0) return { type: 'auth', reasonCode: ReasonCode.Success }
    const reasonCode = checkReasonCode(
      reader.byte(),
      reader.role === 'server' ? 'auth from client' : 'auth from server',
    )
    const properties = readProperties(reader, 'auth')
    checkMethod(properties)
    return { type: 'auth', reasonCode, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    if (version !== 5) throw protocolError('MQTT 3.1.1 knows no AUTH')
    checkReasonCode(packet.reasonCode, 'auth from server', 'auth from client')
    if (packet.reasonCode === ReasonCode.Success && packet.properties === undefined) return
    checkMethod(packet.properties)
    writer.byte(packet.reasonCode)
    writeProperties(writer, packet.properties, 'auth')
  },
}

/** "It is a Protocol Error to omit the Authentication Method" (3.15.2.2.2); only an AUTH without a body has none. */
const checkMethod = (properties: Properties | undefined): void => {
  if (properties?.authenticationMethod === undefined)
    throw protocolError('AUTH has no authentication method (3.15.2.2.2)')
}
