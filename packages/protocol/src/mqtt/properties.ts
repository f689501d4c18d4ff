import { MqttError, malformed, protocolError } from './error.js'
import type { Properties } from './packets.js'
import { ReasonCode } from './reason-codes.js'
import { packetTopicProblem } from './topics.js'

/** Where properties stand: in a packet, or in the will of a CONNECT. */
export type PropertyHolder =
  | 'connect'
  | 'will'
  | 'connack'
  | 'publish'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'subscribe'
  | 'suback'
  | 'unsubscribe'
  | 'unsuback'
  | 'disconnect'
  | 'auth'

/** How a value is written (MQTT 5, 1.5): `bit` is a byte that is 0 or 1, `boolean` the same as false or true. */
export type PropertyKind = 'bit' | 'boolean' | 'uint16' | 'uint32' | 'variable' | 'string' | 'binary' | 'pair'

/** One row of MQTT 5's table 2-4, with what the property's own section adds. */
export interface PropertyRule {
  readonly id: number
  readonly name: keyof Properties
  readonly kind: PropertyKind
  /** Who may carry it. */
  readonly holders: readonly PropertyHolder[]
  /** Who may carry it more than once. `Properties` has an array for it then. */
  readonly repeatsIn: readonly PropertyHolder[]
  /** The reason code for a value of 0, where that is forbidden. */
  readonly refusesZero?: ReasonCode
  /** The value is a topic name. */
  readonly isTopic?: true
}

const message = ['publish', 'will'] as const
const acknowledgements = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'] as const
const answers = ['connack', ...acknowledgements, 'disconnect', 'auth'] as const
const everywhere = ['connect', ...message, 'subscribe', 'unsubscribe', ...answers] as const
const handshake = ['connect', 'connack'] as const

type Extra = Partial<Pick<PropertyRule, 'repeatsIn' | 'refusesZero' | 'isTopic'>>

const rule = (
  id: number,
  name: keyof Properties,
  kind: PropertyKind,
  holders: readonly PropertyHolder[],
  extra: Extra = {},
): PropertyRule => ({ id, name, kind, holders, repeatsIn: [], ...extra })

const notZero = { refusesZero: ReasonCode.ProtocolError }

/** Every property of MQTT 5 (table 2-4). */
export const propertyRules: readonly PropertyRule[] = [
  rule(0x01, 'payloadFormatIndicator', 'bit', message),
  rule(0x02, 'messageExpiryInterval', 'uint32', message),
  rule(0x03, 'contentType', 'string', message),
  rule(0x08, 'responseTopic', 'string', message, { isTopic: true }),
  rule(0x09, 'correlationData', 'binary', message),
  rule(0x0b, 'subscriptionIdentifiers', 'variable', ['publish', 'subscribe'], { ...notZero, repeatsIn: ['publish'] }),
  rule(0x11, 'sessionExpiryInterval', 'uint32', [...handshake, 'disconnect']),
  rule(0x12, 'assignedClientIdentifier', 'string', ['connack']),
  rule(0x13, 'serverKeepAlive', 'uint16', ['connack']),
  rule(0x15, 'authenticationMethod', 'string', [...handshake, 'auth']),
  rule(0x16, 'authenticationData', 'binary', [...handshake, 'auth']),
  rule(0x17, 'requestProblemInformation', 'boolean', ['connect']),
  rule(0x18, 'willDelayInterval', 'uint32', ['will']),
  rule(0x19, 'requestResponseInformation', 'boolean', ['connect']),
  rule(0x1a, 'responseInformation', 'string', ['connack']),
  rule(0x1c, 'serverReference', 'string', ['connack', 'disconnect']),
  rule(0x1f, 'reasonString', 'string', answers),
  rule(0x21, 'receiveMaximum', 'uint16', handshake, notZero),
  rule(0x22, 'topicAliasMaximum', 'uint16', handshake),
  rule(0x23, 'topicAlias', 'uint16', ['publish'], { refusesZero: ReasonCode.TopicAliasInvalid }),
  rule(0x24, 'maximumQoS', 'bit', ['connack']),
  rule(0x25, 'retainAvailable', 'boolean', ['connack']),
  rule(0x26, 'userProperties', 'pair', everywhere, { repeatsIn: everywhere }),
  rule(0x27, 'maximumPacketSize', 'uint32', handshake, notZero),
  rule(0x28, 'wildcardSubscriptionAvailable', 'boolean', ['connack']),
  rule(0x29, 'subscriptionIdentifiersAvailable', 'boolean', ['connack']),
  rule(0x2a, 'sharedSubscriptionAvailable', 'boolean', ['connack']),
]

const byId: readonly (PropertyRule | undefined)[] = Array.from({ length: 0x2b }, (_, id) =>
  propertyRules.find((each) => each.id === id),
)
const byName: ReadonlyMap<string, PropertyRule> = new Map(propertyRules.map((each) => [each.name, each]))

const ruleFor = (found: PropertyRule | undefined, what: string, holder: PropertyHolder): PropertyRule => {
  // "a Control Packet which contains an Identifier which is not valid for its packet type … is a Malformed Packet" (2.2.2.2)
  if (!found?.holders.includes(holder)) throw malformed(`Property ${what} is not valid in ${holder} (2.2.2.2)`)
  return found
}

/** @throws MqttError 0x81 where `holder` may not carry the property. */
export const ruleById = (id: number, holder: PropertyHolder): PropertyRule =>
  ruleFor(byId[id], `0x${id.toString(16)}`, holder)

/** @throws MqttError 0x81 where `holder` may not carry the property. */
export const ruleByName = (name: string, holder: PropertyHolder): PropertyRule =>
  ruleFor(byName.get(name), name, holder)

/** What the property's own section forbids. @throws MqttError with the code of that section. */
export const checkValue = (rule: PropertyRule, value: unknown): void => {
  if (value === 0 && rule.refusesZero !== undefined) throw new MqttError(rule.refusesZero, `${rule.name} must not be 0`)
  if (!rule.isTopic) return
  const problem = packetTopicProblem(value as string)
  if (problem !== undefined) throw protocolError(`${rule.name} ${problem} [MQTT-3.3.2-14]`)
}

/** What the properties of one packet forbid each other. @throws MqttError 0x82 */
export const checkTogether = (properties: Properties, holder: PropertyHolder): void => {
  const { authenticationData: data, authenticationMethod: method } = properties
  // "It is a Protocol Error to include Authentication Data if there is no Authentication Method" (3.1.2.11.10)
  if (holder === 'connect' && data !== undefined && method === undefined) {
    throw protocolError('Authentication data came without an authentication method (3.1.2.11.10)')
  }
}
