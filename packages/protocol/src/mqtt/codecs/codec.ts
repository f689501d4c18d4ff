import { malformed, protocolError } from '../error.js'
import type { Packet, Properties, ProtocolVersion, QoS } from '../packets.js'
import type { Reader } from '../reader.js'
import { mayCarry, type ReasonHolder, reasonText } from '../reason-codes.js'
import { packetTopicProblem } from '../topics.js'
import type { Writer } from '../writer.js'

/** How the body of a packet, all after its fixed header, is read and written. */
export interface Codec<P extends Packet> {
  /** `flags` are the low four bits of the first byte. @throws MqttError */
  read(reader: Reader, flags: number): P
  /** @throws MqttError where the packet breaks the protocol. */
  write(writer: Writer, packet: P, version: ProtocolVersion): void
}

/** The part of a packet that names its properties: nothing where there are none. */
export const withProperties = (properties: Properties | undefined): { properties?: Properties } =>
  properties === undefined ? {} : { properties }

/** @throws MqttError 0x82: a packet identifier is never 0 [MQTT-2.2.1-3]. */
export const checkPacketId = (packetId: number | undefined): number => {
  if (packetId === undefined || !Number.isInteger(packetId) || packetId < 1 || packetId > 0xffff) {
    throw protocolError('A packet identifier is a number from 1 to 65,535 [MQTT-2.2.1-3]')
  }
  return packetId
}

/** @throws MqttError 0x81 for a QoS of 3 and other numbers that are none. */
export const checkQoS = (qos: number): QoS => {
  if (qos !== 0 && qos !== 1 && qos !== 2) throw malformed('A QoS is 0, 1 or 2 [MQTT-3.3.1-4]')
  return qos
}

/** @throws MqttError 0x82 where none of `holders` may carry the reason code (2.4). */
export const checkReasonCode = (code: number, ...holders: readonly ReasonHolder[]): number => {
  if (!holders.some((holder) => mayCarry(holder, code))) {
    throw protocolError(`${holders[0]} may not carry reason code ${code} (${reasonText(code)})`)
  }
  return code
}

/** @throws MqttError 0x82 for an empty list. */
export const checkNotEmpty = (list: readonly unknown[], clause: string): void => {
  if (list.length === 0) throw protocolError(`The packet's list is empty ${clause}`)
}

/** @throws MqttError 0x81 where a packet names a topic that is none: 0x90 is for those that are "correctly formed". */
export const checkTopicName = (topic: string): void => {
  const problem = packetTopicProblem(topic)
  if (problem !== undefined) throw malformed(`The topic name ${problem}`)
}
