import { protocolError } from '../error.js'
import type { Properties, ProtocolVersion, PublishPacket, QoS } from '../packets.js'
import { readProperties } from '../read-properties.js'
import type { Reader } from '../reader.js'
import { propertiesSize, writeSizedProperties } from '../write-properties.js'
import { checkRemainingLength, stringSize, variableIntegerSize, Writer } from '../writer.js'
import { checkPacketId, checkQoS, checkTopicName } from './codec.js'

const publishType = 0x30

/** Reads the body of a PUBLISH (3.3). `flags` are the low four bits of the first byte. */
export const readPublish = (reader: Reader, flags: number): PublishPacket => {
  const qos = readQoS(flags)
  const topic = reader.topicName()
  const packetId = qos === 0 ? undefined : checkPacketId(reader.uint16())
  const properties = reader.version === 5 ? readProperties(reader, 'publish') : undefined
  if (topic === '') checkAlias(properties)
  // [MQTT-3.3.4-6]: only a server tells which subscriptions matched.
  if (reader.role === 'server' && properties?.subscriptionIdentifiers) {
    throw protocolError('A client publishes without subscription identifiers [MQTT-3.3.4-6]')
  }
  const retain = (flags & 1) !== 0
  const dup = (flags & 8) !== 0
  const packet: PublishPacket = { type: 'publish', topic, payload: reader.rest(), qos, retain, dup }
  if (packetId !== undefined) packet.packetId = packetId
  if (properties !== undefined) packet.properties = properties
  return packet
}

/** A whole PUBLISH, in one allocation of its exact size. */
export const encodePublish = (packet: PublishPacket, version: ProtocolVersion): Uint8Array => {
  const writer = new Writer(0)
  writePublish(writer, packet, version)
  return writer.bytes
}

/** Writes a whole PUBLISH behind what the writer has. */
export const writePublish = (writer: Writer, packet: PublishPacket, version: ProtocolVersion): void => {
  const flags = flagsOf(packet)
  const packetId = packet.qos === 0 ? 0 : checkPacketId(packet.packetId)
  const properties = version === 5 ? packet.properties : undefined
  const sizeOfProperties = propertiesSize(properties, 'publish')
  const length = remainingLength(packet, version, sizeOfProperties)
  checkTopic(packet.topic, properties)
  checkRemainingLength(length)
  writer.begin(1 + variableIntegerSize(length) + length)
  writer.byte(publishType | flags)
  writer.variableInteger(length)
  writer.string(packet.topic)
  if (packet.qos !== 0) writer.uint16(packetId)
  if (version === 5) writeSizedProperties(writer, properties, 'publish', sizeOfProperties)
  writer.raw(packet.payload)
}

const remainingLength = ({ topic, qos, payload }: PublishPacket, version: ProtocolVersion, properties: number) =>
  stringSize(topic) +
  (qos === 0 ? 0 : 2) +
  (version === 5 ? variableIntegerSize(properties) + properties : 0) +
  payload.length

const readQoS = (flags: number): QoS => {
  const qos = checkQoS((flags >> 1) & 3)
  if (qos === 0 && flags & 8) throw protocolError('DUP is set on QoS 0 [MQTT-3.3.1-2]')
  return qos
}

const flagsOf = ({ qos, retain, dup }: PublishPacket): number => {
  const flags = (dup ? 8 : 0) | (checkQoS(qos) << 1) | (retain ? 1 : 0)
  readQoS(flags)
  return flags
}

const checkTopic = (topic: string, properties: Properties | undefined): void => {
  if (topic === '') checkAlias(properties)
  else checkTopicName(topic)
}

const checkAlias = (properties: Properties | undefined): void => {
  if (properties?.topicAlias === undefined) throw protocolError('There is neither a topic nor an alias (3.3.2.1)')
}
