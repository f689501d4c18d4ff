import { MqttError, malformed } from '../error.js'
import type { ConnectPacket, ProtocolVersion, QoS, Will } from '../packets.js'
import { readProperties } from '../read-properties.js'
import type { Reader } from '../reader.js'
import { ReasonCode } from '../reason-codes.js'
import { writeProperties } from '../write-properties.js'
import type { Writer } from '../writer.js'
import { type Codec, checkQoS, checkTopicName, withProperties } from './codec.js'

const protocolName = 'MQTT'
const protocolNameOf31 = 'MQIsdp'

/** Bits of the Connect Flags (3.1.2.3). */
const Flag = { Reserved: 0x01, CleanStart: 0x02, Will: 0x04, WillRetain: 0x20, Password: 0x40, Username: 0x80 } as const
const willQoSShift = 3
const allWillFlags = 0x38

/** CONNECT (3.1). Tells the reader the version, which every later packet of the connection is read by. */
export const connect: Codec<ConnectPacket> = {
  read(reader) {
    const version = readVersion(reader)
    reader.version = version
    const flags = reader.byte()
    checkFlags(flags, version)
    const keepAlive = reader.uint16()
    const properties = version === 5 ? readProperties(reader, 'connect') : undefined
    const clientId = reader.string()
    const cleanStart = (flags & Flag.CleanStart) !== 0
    checkClientId(clientId, cleanStart, version)
    const packet: ConnectPacket = {
      type: 'connect',
      version,
      clientId,
      cleanStart,
      keepAlive,
      ...withProperties(properties),
    }
    if (flags & Flag.Will) packet.will = readWill(reader, flags, version)
    if (flags & Flag.Username) packet.username = reader.string()
    if (flags & Flag.Password) packet.password = reader.binary()
    return packet
  },

  write(writer, packet, version) {
    if (packet.version !== version)
      throw unsupported(`A CONNECT of version ${packet.version} can't be written as ${version}`)
    const flags = flagsOf(packet)
    checkFlags(flags, version)
    checkClientId(packet.clientId, packet.cleanStart, version)
    writer.string(protocolName)
    writer.byte(version)
    writer.byte(flags)
    writer.uint16(checkKeepAlive(packet.keepAlive))
    if (version === 5) writeProperties(writer, packet.properties, 'connect')
    writer.string(packet.clientId)
    if (packet.will) writeWill(writer, packet.will, version)
    if (packet.username !== undefined) writer.string(packet.username)
    if (packet.password !== undefined) writer.binary(packet.password)
  },
}

const unsupported = (message: string) => new MqttError(ReasonCode.UnsupportedProtocolVersion, message)

/**
 * Says the version in which an answer is understood, though a later one than 5 is refused.
 *
 * @throws MqttError 0x81 for another protocol [MQTT-3.1.2-1], 0x84 for a version that is not served [MQTT-3.1.2-2].
 */
const readVersion = (reader: Reader): ProtocolVersion => {
  const name = reader.string()
  const level = reader.byte()
  if (name !== protocolName && name !== protocolNameOf31)
    throw malformed(`This is no MQTT, but ${JSON.stringify(name.slice(0, 16))}`)
  if (name === protocolName && (level === 4 || level === 5)) return level
  if (name === protocolName && isLater(level)) reader.version = 5
  throw unsupported(`Only MQTT 3.1.1 and 5.0 are spoken here, not ${name} level ${level}`)
}

/** The highest bit marks a bridge between servers of another make, which speak no later version. */
const isLater = (level: number): boolean => level > 5 && level < 0x80

const checkFlags = (flags: number, version: ProtocolVersion): void => {
  if (flags & Flag.Reserved) throw malformed('The reserved connect flag is set [MQTT-3.1.2-3]')
  checkQoS((flags >> willQoSShift) & 3) // [MQTT-3.1.2-12]
  if (!(flags & Flag.Will) && flags & allWillFlags) {
    throw malformed('There are will flags without a will [MQTT-3.1.2-11], [MQTT-3.1.2-13]')
  }
  if (version === 4 && flags & Flag.Password && !(flags & Flag.Username)) {
    throw malformed('There is a password without a user name (MQTT 3.1.1 [MQTT-3.1.2-22])')
  }
}

/** In 3.1.1, a client without an identifier has no session that could be kept [MQTT-3.1.3-8]. */
const checkClientId = (clientId: string, cleanStart: boolean, version: ProtocolVersion): void => {
  if (version === 4 && clientId === '' && !cleanStart) {
    throw new MqttError(
      ReasonCode.ClientIdentifierNotValid,
      'A kept session needs a client identifier (MQTT 3.1.1 [MQTT-3.1.3-8])',
    )
  }
}

const checkKeepAlive = (seconds: number): number => {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 0xffff)
    throw malformed('Keep alive is 0 to 65,535 seconds')
  return seconds
}

const readWill = (reader: Reader, flags: number, version: ProtocolVersion): Will => {
  const properties = version === 5 ? readProperties(reader, 'will') : undefined
  const topic = reader.string()
  checkTopicName(topic)
  const payload = reader.binary()
  const qos = ((flags >> willQoSShift) & 3) as QoS
  return { topic, payload, qos, retain: (flags & Flag.WillRetain) !== 0, ...withProperties(properties) }
}

const writeWill = (writer: Writer, will: Will, version: ProtocolVersion): void => {
  if (version === 5) writeProperties(writer, will.properties, 'will')
  checkTopicName(will.topic)
  writer.string(will.topic)
  writer.binary(will.payload)
}

const flagsOf = ({ cleanStart, will, username, password }: ConnectPacket): number =>
  (cleanStart ? Flag.CleanStart : 0) |
  (will ? Flag.Will | (checkQoS(will.qos) << willQoSShift) | (will.retain ? Flag.WillRetain : 0) : 0) |
  (password === undefined ? 0 : Flag.Password) |
  (username === undefined ? 0 : Flag.Username)
