/** Our packets in the words of the package `mqtt-packet`, and back. */
import type {
  Packet,
  Properties,
  ProtocolVersion,
  SubscriptionRequest,
  UserProperty,
  Will,
} from '@daakia/protocol/mqtt'
import * as mqttPacket from 'mqtt-packet'

/** Their packets are bags of fields; which ones a packet has is what is tested here. */
export type Foreign = Record<string, unknown>

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes)
const plain = (bytes: unknown): Uint8Array => new Uint8Array(bytes as Buffer)

/** Removes fields that are `undefined`. */
const present = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T

const groupByName = (pairs: readonly UserProperty[]): Record<string, string | string[]> => {
  const groups: Record<string, string[]> = {}
  for (const [name, value] of pairs) groups[name] = [...(groups[name] ?? []), value]
  return Object.fromEntries(
    Object.entries(groups).map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')]),
  )
}

const toForeignProperties = (properties: Properties | undefined): Foreign | undefined => {
  if (!properties) return undefined
  const { subscriptionIdentifiers: ids, userProperties, payloadFormatIndicator: format, ...others } = properties
  return present({
    ...others,
    payloadFormatIndicator: format === undefined ? undefined : format === 1,
    subscriptionIdentifier: ids?.length === 1 ? ids[0] : ids,
    userProperties: userProperties && groupByName(userProperties),
    correlationData: others.correlationData && buffer(others.correlationData),
    authenticationData: others.authenticationData && buffer(others.authenticationData),
  })
}

const toForeignWill = ({ payload, properties, ...others }: Will): Foreign =>
  present({ ...others, payload: buffer(payload), properties: toForeignProperties(properties) })

const toForeignSubscription = ({ filter, qos, ...options }: SubscriptionRequest, version: ProtocolVersion): Foreign =>
  version === 4
    ? { topic: filter, qos }
    : { topic: filter, qos, nl: options.noLocal, rap: options.retainAsPublished, rh: options.retainHandling }

const codeFields = (packet: { reasonCode: number }, version: ProtocolVersion): Foreign =>
  version === 5 ? { reasonCode: packet.reasonCode } : {}

const toForeignFields = (packet: Packet, version: ProtocolVersion): Foreign => {
  switch (packet.type) {
    case 'connect':
      return {
        protocolId: 'MQTT',
        protocolVersion: packet.version,
        clean: packet.cleanStart,
        clientId: packet.clientId,
        keepalive: packet.keepAlive,
        username: packet.username,
        password: packet.password && buffer(packet.password),
        will: packet.will && toForeignWill(packet.will),
      }
    case 'connack':
      return { sessionPresent: packet.sessionPresent, [version === 5 ? 'reasonCode' : 'returnCode']: packet.reasonCode }
    case 'publish': {
      const { topic, qos, retain, dup, packetId } = packet
      return { topic, qos, retain, dup, payload: buffer(packet.payload), messageId: packetId }
    }
    case 'subscribe':
      return {
        messageId: packet.packetId,
        subscriptions: packet.subscriptions.map((each) => toForeignSubscription(each, version)),
      }
    case 'unsubscribe':
      return { messageId: packet.packetId, unsubscriptions: [...packet.filters] }
    case 'suback':
      return { messageId: packet.packetId, granted: [...packet.reasonCodes] }
    case 'unsuback':
      return { messageId: packet.packetId, granted: version === 5 ? [...packet.reasonCodes] : undefined }
    case 'pingreq':
    case 'pingresp':
      return {}
    case 'disconnect':
    case 'auth':
      return codeFields(packet, version)
    default:
      return { messageId: packet.packetId, ...codeFields(packet, version) }
  }
}

/** Our packet as they have it. */
export const toForeign = (packet: Packet, version: ProtocolVersion): Foreign => {
  const properties = 'properties' in packet ? toForeignProperties(packet.properties) : undefined
  return present({ cmd: packet.type, properties, ...toForeignFields(packet, version) })
}

/** The bytes that they write. */
export const generate = (packet: Foreign, version: ProtocolVersion): Uint8Array =>
  plain(mqttPacket.generate(packet as unknown as mqttPacket.Packet, { protocolVersion: version }))

/** What they read. */
export const parse = (bytes: Uint8Array, version: ProtocolVersion): Foreign[] => {
  const packets: Foreign[] = []
  const parser = mqttPacket.parser({ protocolVersion: version })
  parser.on('packet', (packet) => packets.push({ ...packet }))
  parser.on('error', (error) => {
    throw error
  })
  parser.parse(buffer(bytes))
  return packets
}
