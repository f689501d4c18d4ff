import type { TransportMessage } from '../port.js'

const encoder = new TextEncoder()
const stringBytes = (text: string) => 2 + encoder.encode(text).length
const variableByteInteger = (value: number) => (value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4)

const propertyBytes = ({
  contentType,
  responseTopic,
  correlationData,
  userProperties = [],
}: TransportMessage): number =>
  (contentType === undefined ? 0 : 1 + stringBytes(contentType)) +
  (responseTopic === undefined ? 0 : 1 + stringBytes(responseTopic)) +
  (correlationData === undefined ? 0 : 3 + correlationData.length) +
  userProperties.reduce((sum, [name, value]) => sum + 1 + stringBytes(name) + stringBytes(value), 0)

/** The bytes that a message takes as a PUBLISH packet of MQTT 5 (3.3), its fixed header included. */
export const publishBytes = (message: TransportMessage, { qos }: { qos: 0 | 1 }): number => {
  const properties = propertyBytes(message)
  const packetId = qos === 0 ? 0 : 2
  const remaining =
    stringBytes(message.topic) + packetId + variableByteInteger(properties) + properties + message.payload.length
  return 1 + variableByteInteger(remaining) + remaining
}
