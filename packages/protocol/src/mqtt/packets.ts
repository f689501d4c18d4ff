/**
 * MQTT control packets as plain data, for MQTT 3.1.1 (`version` 4) and MQTT 5.0 (`version` 5).
 * One shape serves both: what 3.1.1 does not know is left out when encoding and absent after decoding.
 *
 * Sources: MQTT Version 5.0, OASIS Standard, chapter 3; MQTT Version 3.1.1 Plus Errata 01, chapter 3.
 */

/** The protocol level of CONNECT: 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type ProtocolVersion = 4 | 5

export type QoS = 0 | 1 | 2

/** A pair of UTF-8 strings; names may repeat, and order is kept (MQTT 5, 3.3.2.3.7). */
export type UserProperty = readonly [name: string, value: string]

/** All properties of MQTT 5 (table 2-4). Which of them a packet may carry is in `properties.ts`. */
export interface Properties {
  payloadFormatIndicator?: 0 | 1
  messageExpiryInterval?: number
  contentType?: string
  responseTopic?: string
  correlationData?: Uint8Array
  /** PUBLISH may carry several, SUBSCRIBE one. */
  subscriptionIdentifiers?: readonly number[]
  sessionExpiryInterval?: number
  assignedClientIdentifier?: string
  serverKeepAlive?: number
  authenticationMethod?: string
  authenticationData?: Uint8Array
  requestProblemInformation?: boolean
  willDelayInterval?: number
  requestResponseInformation?: boolean
  responseInformation?: string
  serverReference?: string
  reasonString?: string
  receiveMaximum?: number
  topicAliasMaximum?: number
  topicAlias?: number
  maximumQoS?: 0 | 1
  retainAvailable?: boolean
  userProperties?: readonly UserProperty[]
  maximumPacketSize?: number
  wildcardSubscriptionAvailable?: boolean
  subscriptionIdentifiersAvailable?: boolean
  sharedSubscriptionAvailable?: boolean
}

export interface Will {
  topic: string
  payload: Uint8Array
  qos: QoS
  retain: boolean
  properties?: Properties
}

export interface ConnectPacket {
  type: 'connect'
  version: ProtocolVersion
  clientId: string
  /** Clean Session in 3.1.1, Clean Start in 5. */
  cleanStart: boolean
  /** Seconds; 0 switches it off. */
  keepAlive: number
  username?: string
  password?: Uint8Array
  will?: Will
  properties?: Properties
}

export interface ConnackPacket {
  type: 'connack'
  sessionPresent: boolean
  /** A reason code of MQTT 5, or a return code of 3.1.1 (0 to 5). */
  reasonCode: number
  properties?: Properties
}

export interface PublishPacket {
  type: 'publish'
  topic: string
  payload: Uint8Array
  qos: QoS
  retain: boolean
  dup: boolean
  /** Present when `qos` is 1 or 2. */
  packetId?: number
  properties?: Properties
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP have one shape. */
export interface AcknowledgementPacket {
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'
  packetId: number
  /** 0 in 3.1.1. */
  reasonCode: number
  properties?: Properties
}

export interface SubscriptionRequest {
  filter: string
  qos: QoS
  noLocal: boolean
  retainAsPublished: boolean
  /** 0: send retained messages; 1: only for a new subscription; 2: never. */
  retainHandling: 0 | 1 | 2
}

export interface SubscribePacket {
  type: 'subscribe'
  packetId: number
  subscriptions: readonly SubscriptionRequest[]
  properties?: Properties
}

export interface SubackPacket {
  type: 'suback'
  packetId: number
  reasonCodes: readonly number[]
  properties?: Properties
}

export interface UnsubscribePacket {
  type: 'unsubscribe'
  packetId: number
  filters: readonly string[]
  properties?: Properties
}

export interface UnsubackPacket {
  type: 'unsuback'
  packetId: number
  /** Empty in 3.1.1. */
  reasonCodes: readonly number[]
  properties?: Properties
}

export interface PingreqPacket {
  type: 'pingreq'
}

export interface PingrespPacket {
  type: 'pingresp'
}

export interface DisconnectPacket {
  type: 'disconnect'
  /** 0 in 3.1.1. */
  reasonCode: number
  properties?: Properties
}

/** MQTT 5 only. */
export interface AuthPacket {
  type: 'auth'
  reasonCode: number
  properties?: Properties
}

export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AcknowledgementPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket
