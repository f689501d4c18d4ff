import { formatPosition, type Position } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { Delivery } from '../../broker/exchange/port.js'
import { senderPairs } from '../../broker/exchange/sender-properties.js'
import type { JournalMessage } from '../../persistence/port.js'
import { isSentAgain } from './earlier.js'
import { type ActiveSubscription, deliveryTopic } from './subscription.js'

export interface DeliveryPlace {
  conversation: string
  /** Whose inbox it is. */
  client: string
  position: Position
  /** On the first delivery of a reader that could not begin where it was asked to. */
  resync: boolean
  /** Milliseconds since the Unix epoch. */
  now: number
  /** An earlier connection may have been given it, whatever its subscriptions know of that. */
  again?: boolean
}

/**
 * One delivery for all subscriptions that match, with the identifiers of each [MQTT-3.3.4-3, 3.3.4-4]. `undefined` where
 * the message's life was over before its delivery began [MQTT-3.3.2-5].
 */
export const toDelivery = (
  message: JournalMessage,
  matching: readonly ActiveSubscription[],
  place: DeliveryPlace,
): Delivery | undefined => {
  const { offset } = place.position
  const again = place.again || matching.some(({ earlier }) => earlier && isSentAgain(earlier, offset))
  const secondsLeft = lifeOf(message, place.now)
  if (secondsLeft !== undefined && secondsLeft <= 0 && !again) return undefined
  const identifiers = matching.flatMap(({ identifier }) => identifier ?? [])
  return {
    topic: deliveryTopic(matching, place, message),
    payload: message.payload,
    ...(message.plain !== undefined && { plain: message.plain }),
    qos: matching.some(({ qos }) => qos === 1) ? 1 : 0,
    retain: false,
    ...(message.contentType !== undefined && { contentType: message.contentType }),
    userProperties: messageProperties(message, place),
    ...(identifiers.length > 0 && { identifiers }),
    ...message.mqtt,
    ...(secondsLeft !== undefined && { messageExpiryInterval: Math.max(0, secondsLeft) }),
    place: offset,
    ...(again && { again }),
  }
}

/** Seconds that are left of it [MQTT-3.3.2-6]; `undefined` where it has no end. */
const lifeOf = ({ at, mqtt }: JournalMessage, now: number): number | undefined =>
  mqtt?.messageExpiryInterval && mqtt.messageExpiryInterval - Math.floor((now - at) / 1000)

/** A message's user properties as its receivers see them: the sender's first, then the server's. */
const messageProperties = (message: JournalMessage, { position, resync }: DeliveryPlace): UserProperty[] => {
  const pairs = senderPairs(message)
  pairs.push(['seq', String(message.seq)], ['from', message.from], ['at', String(message.at)])
  if (message.fromRole !== undefined) pairs.push(['from-role', message.fromRole])
  pairs.push(['pos', formatPosition(position)])
  if (resync) pairs.push(['resync', 'true'])
  return pairs
}
