import type { Properties, PublishPacket, Will } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import type { RoutedMessage } from './port.js'
import type { Terms } from './subscriber.js'

/** What a session publishes, as the router takes it. */
export const messageOf = (name: SessionName, packet: PublishPacket | Will, at: number): RoutedMessage => {
  const message: RoutedMessage = {
    vendor: name.vendor,
    topic: packet.topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    at,
    publisher: name,
  }
  if (packet.properties) message.properties = packet.properties
  return message
}

/** The message as the PUBLISH for one receiver. */
export const publishOf = (message: RoutedMessage, terms: Terms, packetId: number | undefined): PublishPacket => {
  const packet: PublishPacket = {
    type: 'publish',
    topic: message.topic,
    payload: message.payload,
    qos: terms.qos,
    retain: terms.retain,
    dup: false,
  }
  if (packetId !== undefined) packet.packetId = packetId
  const properties = withIdentifiers(message.properties, terms.identifiers)
  if (properties) packet.properties = properties
  return packet
}

const withIdentifiers = (properties: Properties | undefined, identifiers: readonly number[]): Properties | undefined =>
  identifiers.length > 0 ? { ...properties, subscriptionIdentifiers: identifiers } : properties

/** Seconds that are left of a message's life; `undefined` where it has no end (MQTT 5, 3.3.2.3.3). */
export const secondsLeft = (message: RoutedMessage, now: number): number | undefined => {
  const interval = message.properties?.messageExpiryInterval
  return interval === undefined ? undefined : interval - Math.floor((now - message.at) / 1000)
}

/** The message with what is left of its life, or `undefined` where that is over [MQTT-3.3.2-5], [MQTT-3.3.2-6]. */
export const aged = (message: RoutedMessage, now: number): RoutedMessage | undefined => {
  const left = secondsLeft(message, now)
  if (left === undefined) return message
  return left > 0 ? living(message, left) : undefined
}

/** The message with what is left of its life, which may be nothing: for one whose delivery has begun. */
export const atLeastAlive = (message: RoutedMessage, now: number): RoutedMessage => {
  const left = secondsLeft(message, now)
  return left === undefined ? message : living(message, Math.max(0, left))
}

/** What has passed is taken from the interval, and is not to be taken from it again. */
const living = (message: RoutedMessage, left: number): RoutedMessage => {
  const passed = (message.properties?.messageExpiryInterval ?? left) - left
  const properties = { ...message.properties, messageExpiryInterval: left }
  return { ...message, at: message.at + passed * 1000, properties }
}

/** The message with a payload of its own, where it is a small view that would keep a large buffer in memory. */
export const detached = (message: RoutedMessage): RoutedMessage => {
  const { payload } = message
  return payload.buffer.byteLength > payload.byteLength * 2 ? { ...message, payload: payload.slice() } : message
}
