import { protocolError } from '../error.js'
import type { DisconnectPacket } from '../packets.js'
import { readProperties } from '../read-properties.js'
import { ReasonCode } from '../reason-codes.js'
import { propertiesSize, writeSizedProperties } from '../write-properties.js'
import { type Codec, checkReasonCode, withProperties } from './codec.js'

/** DISCONNECT (3.14). In MQTT 3.1.1 it has no body. */
export const disconnect: Codec<DisconnectPacket> = {
  read(reader) {
    if (reader.version !== 5 || reader.left === 0) return { type: 'disconnect', reasonCode: ReasonCode.Success }
    const sender = reader.role === 'server' ? 'disconnect from client' : 'disconnect from server'
    const reasonCode = checkReasonCode(reader.byte(), sender)
    const properties = reader.left === 0 ? undefined : readProperties(reader, 'disconnect')
    if (reader.role === 'client' && properties?.sessionExpiryInterval !== undefined) {
      throw protocolError('A server sends no session expiry interval [MQTT-3.14.2-2]')
    }
    return { type: 'disconnect', reasonCode, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    if (version !== 5) return
    checkReasonCode(packet.reasonCode, 'disconnect from server', 'disconnect from client')
    const size = propertiesSize(packet.properties, 'disconnect')
    if (size === 0 && packet.reasonCode === ReasonCode.Success) return
    writer.byte(packet.reasonCode)
    if (size > 0) writeSizedProperties(writer, packet.properties, 'disconnect', size)
  },
}
