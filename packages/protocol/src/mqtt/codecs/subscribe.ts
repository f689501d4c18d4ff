import { malformed, protocolError } from '../error.js'
import type { ProtocolVersion, SubscribePacket, SubscriptionRequest } from '../packets.js'
import { readProperties } from '../read-properties.js'
import type { Reader } from '../reader.js'
import { isShared } from '../topics.js'
import { writeProperties } from '../write-properties.js'
import { type Codec, checkNotEmpty, checkPacketId, checkQoS, withProperties } from './codec.js'

/** Bits of the Subscription Options (3.8.3.1). */
const Flag = { NoLocal: 0x04, RetainAsPublished: 0x08 } as const
const retainHandlingShift = 4

/** SUBSCRIBE (3.8). */
export const subscribe: Codec<SubscribePacket> = {
  read(reader) {
    const packetId = checkPacketId(reader.uint16())
    const properties = reader.version === 5 ? readProperties(reader, 'subscribe') : undefined
    const subscriptions: SubscriptionRequest[] = []
    while (reader.left > 0) subscriptions.push(readRequest(reader))
    checkNotEmpty(subscriptions, '[MQTT-3.8.3-2]')
    return { type: 'subscribe', packetId, subscriptions, ...withProperties(properties) }
  },

  write(writer, packet, version) {
    checkNotEmpty(packet.subscriptions, '[MQTT-3.8.3-2]')
    writer.uint16(checkPacketId(packet.packetId))
    if (version === 5) writeProperties(writer, packet.properties, 'subscribe')
    for (const request of packet.subscriptions) {
      writer.string(request.filter)
      writer.byte(optionsOf(request, version))
    }
  },
}

const readRequest = (reader: Reader): SubscriptionRequest => {
  const filter = reader.string()
  const options = reader.byte()
  if (reader.version !== 5) {
    // In 3.1.1 the byte is the QoS alone (MQTT 3.1.1 [MQTT-3.8.3-4]).
    return { filter, qos: checkQoS(options), noLocal: false, retainAsPublished: false, retainHandling: 0 }
  }
  return checkRequest({
    filter,
    qos: readMaximumQoS(options),
    noLocal: (options & Flag.NoLocal) !== 0,
    retainAsPublished: (options & Flag.RetainAsPublished) !== 0,
    retainHandling: readRetainHandling(options),
  })
}

const readMaximumQoS = (options: number) => {
  if ((options & 3) === 3) throw protocolError('Maximum QoS is 3 (3.8.3.1)')
  return checkQoS(options & 3)
}

const readRetainHandling = (options: number): 0 | 1 | 2 => {
  if (options >> 6 !== 0) throw malformed('Reserved subscription options are set [MQTT-3.8.3-5]')
  const handling = (options >> retainHandlingShift) & 3
  if (handling === 3) throw protocolError('Retain Handling is 3 (3.8.3.1)')
  return handling as 0 | 1 | 2
}

const checkRequest = (request: SubscriptionRequest): SubscriptionRequest => {
  if (request.noLocal && isShared(request.filter)) {
    throw protocolError('A shared subscription has No Local set [MQTT-3.8.3-4]')
  }
  return request
}

const optionsOf = (request: SubscriptionRequest, version: ProtocolVersion): number => {
  const qos = checkQoS(request.qos)
  if (version !== 5) return qos
  checkRequest(request)
  const options =
    qos |
    (request.noLocal ? Flag.NoLocal : 0) |
    (request.retainAsPublished ? Flag.RetainAsPublished : 0) |
    (request.retainHandling << retainHandlingShift)
  readRetainHandling(options)
  return options
}
