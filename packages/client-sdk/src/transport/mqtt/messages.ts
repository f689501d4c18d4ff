import type { Properties, PublishPacket } from '@daakia/protocol/mqtt'
import type { TransportMessage } from '../port.js'

/** A message as a PUBLISH of QoS 0. */
export const publishOf = (message: TransportMessage): PublishPacket => ({
  type: 'publish',
  topic: message.topic,
  payload: message.payload,
  qos: 0,
  retain: message.retain ?? false,
  dup: false,
  properties: propertiesOf(message),
})

const propertiesOf = ({
  contentType,
  responseTopic,
  correlationData,
  userProperties,
}: TransportMessage): Properties => {
  const properties: Properties = {}
  if (contentType !== undefined) properties.contentType = contentType
  if (responseTopic !== undefined) properties.responseTopic = responseTopic
  if (correlationData !== undefined) properties.correlationData = correlationData
  if (userProperties !== undefined) properties.userProperties = userProperties
  return properties
}

/** A received PUBLISH, without what is MQTT's own. */
export const messageOf = ({ topic, payload, retain, properties }: PublishPacket): TransportMessage => {
  const message: TransportMessage = { topic, payload, retain }
  if (properties === undefined) return message
  const { contentType, responseTopic, correlationData, userProperties } = properties
  if (contentType !== undefined) message.contentType = contentType
  if (responseTopic !== undefined) message.responseTopic = responseTopic
  if (correlationData !== undefined) message.correlationData = correlationData
  if (userProperties !== undefined) message.userProperties = userProperties
  return message
}
