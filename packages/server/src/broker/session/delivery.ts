import type { Properties, PublishPacket } from '@daakia/protocol/mqtt'
import type { Delivery } from '../exchange/port.js'

/** A delivery of the exchange as a packet. */
export const packetOf = (delivery: Delivery, packetId: number | undefined): PublishPacket => ({
  type: 'publish',
  topic: delivery.topic,
  payload: delivery.payload,
  qos: delivery.qos,
  retain: delivery.retain,
  dup: false,
  ...(packetId !== undefined && { packetId }),
  properties: propertiesOf(delivery),
})

const propertiesOf = ({ contentType, correlationData, userProperties, identifiers }: Delivery): Properties => ({
  ...(contentType !== undefined && { contentType }),
  ...(correlationData && { correlationData }),
  ...(userProperties && { userProperties }),
  ...(identifiers && identifiers.length > 0 && { subscriptionIdentifiers: identifiers }),
})
