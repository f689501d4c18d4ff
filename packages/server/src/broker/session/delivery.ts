import { bytesOf } from '@daakia/protocol'
import type { Properties, ProtocolVersion, PublishPacket } from '@daakia/protocol/mqtt'
import type { Delivery } from '../exchange/port.js'

/** A delivery of the exchange as a packet for connections of this version. */
export const packetOf = (
  delivery: Delivery,
  packetId: number | undefined,
  version: ProtocolVersion,
): PublishPacket => ({
  type: 'publish',
  topic: delivery.topic,
  payload: version === 4 && delivery.plain !== undefined ? bytesOf(delivery.plain) : delivery.payload,
  qos: delivery.qos,
  retain: delivery.retain,
  dup: packetId !== undefined && delivery.again === true,
  ...(packetId !== undefined && { packetId }),
  properties: propertiesOf(delivery),
})

const propertiesOf = (delivery: Delivery): Properties => {
  const { contentType, payloadFormatIndicator, messageExpiryInterval, responseTopic } = delivery
  const { correlationData, userProperties, identifiers } = delivery
  return {
    ...(contentType !== undefined && { contentType }),
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData }),
    ...(userProperties && { userProperties }),
    ...(identifiers && identifiers.length > 0 && { subscriptionIdentifiers: identifiers }),
  }
}
