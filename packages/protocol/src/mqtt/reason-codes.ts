/** Reason codes of MQTT 5.0 (table 2-6). */
export const ReasonCode = {
  Success: 0x00,
  GrantedQoS1: 0x01,
  GrantedQoS2: 0x02,
  DisconnectWithWill: 0x04,
  NoMatchingSubscribers: 0x10,
  NoSubscriptionExisted: 0x11,
  ContinueAuthentication: 0x18,
  ReAuthenticate: 0x19,
  UnspecifiedError: 0x80,
  MalformedPacket: 0x81,
  ProtocolError: 0x82,
  ImplementationSpecificError: 0x83,
  UnsupportedProtocolVersion: 0x84,
  ClientIdentifierNotValid: 0x85,
  BadUserNameOrPassword: 0x86,
  NotAuthorized: 0x87,
  ServerUnavailable: 0x88,
  ServerBusy: 0x89,
  Banned: 0x8a,
  ServerShuttingDown: 0x8b,
  BadAuthenticationMethod: 0x8c,
  KeepAliveTimeout: 0x8d,
  SessionTakenOver: 0x8e,
  TopicFilterInvalid: 0x8f,
  TopicNameInvalid: 0x90,
  PacketIdentifierInUse: 0x91,
  PacketIdentifierNotFound: 0x92,
  ReceiveMaximumExceeded: 0x93,
  TopicAliasInvalid: 0x94,
  PacketTooLarge: 0x95,
  MessageRateTooHigh: 0x96,
  QuotaExceeded: 0x97,
  AdministrativeAction: 0x98,
  PayloadFormatInvalid: 0x99,
  RetainNotSupported: 0x9a,
  QoSNotSupported: 0x9b,
  UseAnotherServer: 0x9c,
  ServerMoved: 0x9d,
  SharedSubscriptionsNotSupported: 0x9e,
  ConnectionRateExceeded: 0x9f,
  MaximumConnectTime: 0xa0,
  SubscriptionIdentifiersNotSupported: 0xa1,
  WildcardSubscriptionsNotSupported: 0xa2,
} as const

export type ReasonCode = (typeof ReasonCode)[keyof typeof ReasonCode]

/** Packets that carry a reason code. Who sends a DISCONNECT or an AUTH decides which codes it may carry. */
export type ReasonHolder =
  | 'connack'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'suback'
  | 'unsuback'
  | 'disconnect from client'
  | 'disconnect from server'
  | 'auth from client'
  | 'auth from server'

interface ReasonRule {
  readonly code: ReasonCode
  readonly text: string
  readonly holders: readonly ReasonHolder[]
}

const publishAnswers = ['puback', 'pubrec'] as const
const publishSteps = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const
const subscribeAnswers = ['suback', 'unsuback'] as const
const byServer = 'disconnect from server'
const byClient = 'disconnect from client'
const byBoth = [byClient, byServer] as const

const rule = (code: ReasonCode, text: string, ...holders: ReasonHolder[]): ReasonRule => ({ code, text, holders })

/** Every reason code, its name, and who may say it (MQTT 5, table 2-6, 3.14.2.1 and 3.15.2.1). */
export const reasonRules: readonly ReasonRule[] = [
  rule(0x00, 'Success', 'connack', ...publishSteps, ...subscribeAnswers, ...byBoth, 'auth from server'),
  rule(0x01, 'Granted QoS 1', 'suback'),
  rule(0x02, 'Granted QoS 2', 'suback'),
  rule(0x04, 'Disconnect with Will Message', byClient),
  rule(0x10, 'No matching subscribers', ...publishAnswers),
  rule(0x11, 'No subscription existed', 'unsuback'),
  rule(0x18, 'Continue authentication', 'auth from client', 'auth from server'),
  rule(0x19, 'Re-authenticate', 'auth from client'),
  rule(0x80, 'Unspecified error', 'connack', ...publishAnswers, ...subscribeAnswers, ...byBoth),
  rule(0x81, 'Malformed Packet', 'connack', ...byBoth),
  rule(0x82, 'Protocol Error', 'connack', ...byBoth),
  rule(0x83, 'Implementation specific error', 'connack', ...publishAnswers, ...subscribeAnswers, ...byBoth),
  rule(0x84, 'Unsupported Protocol Version', 'connack'),
  rule(0x85, 'Client Identifier not valid', 'connack'),
  rule(0x86, 'Bad User Name or Password', 'connack'),
  rule(0x87, 'Not authorized', 'connack', ...publishAnswers, ...subscribeAnswers, byServer),
  rule(0x88, 'Server unavailable', 'connack'),
  rule(0x89, 'Server busy', 'connack', byServer),
  rule(0x8a, 'Banned', 'connack'),
  rule(0x8b, 'Server shutting down', byServer),
  rule(0x8c, 'Bad authentication method', 'connack', byServer),
  rule(0x8d, 'Keep Alive timeout', byServer),
  rule(0x8e, 'Session taken over', byServer),
  rule(0x8f, 'Topic Filter invalid', ...subscribeAnswers, byServer),
  rule(0x90, 'Topic Name invalid', 'connack', ...publishAnswers, ...byBoth),
  rule(0x91, 'Packet Identifier in use', ...publishAnswers, ...subscribeAnswers),
  rule(0x92, 'Packet Identifier not found', 'pubrel', 'pubcomp'),
  rule(0x93, 'Receive Maximum exceeded', ...byBoth),
  rule(0x94, 'Topic Alias invalid', ...byBoth),
  rule(0x95, 'Packet too large', 'connack', ...byBoth),
  rule(0x96, 'Message rate too high', ...byBoth),
  rule(0x97, 'Quota exceeded', 'connack', ...publishAnswers, 'suback', ...byBoth),
  rule(0x98, 'Administrative action', ...byBoth),
  rule(0x99, 'Payload format invalid', 'connack', ...publishAnswers, ...byBoth),
  rule(0x9a, 'Retain not supported', 'connack', byServer),
  rule(0x9b, 'QoS not supported', 'connack', byServer),
  rule(0x9c, 'Use another server', 'connack', byServer),
  rule(0x9d, 'Server moved', 'connack', byServer),
  rule(0x9e, 'Shared Subscriptions not supported', 'suback', byServer),
  rule(0x9f, 'Connection rate exceeded', 'connack', byServer),
  rule(0xa0, 'Maximum connect time', byServer),
  rule(0xa1, 'Subscription Identifiers not supported', 'suback', byServer),
  rule(0xa2, 'Wildcard Subscriptions not supported', 'suback', byServer),
]

const ruleOf: ReadonlyMap<number, ReasonRule> = new Map(reasonRules.map((each) => [each.code, each]))

/** The specification's name of a reason code, such as `Not authorized`; a number it does not know is written out. */
export const reasonText = (code: number): string =>
  ruleOf.get(code)?.text ?? `Unknown reason code 0x${code.toString(16).padStart(2, '0')}`

/** Whether `holder` may carry `code`. */
export const mayCarry = (holder: ReasonHolder, code: number): boolean =>
  ruleOf.get(code)?.holders.includes(holder) ?? false

const returnCodes: ReadonlyMap<number, number> = new Map([
  [ReasonCode.Success, 0],
  [ReasonCode.UnsupportedProtocolVersion, 1],
  [ReasonCode.ClientIdentifierNotValid, 2],
  [ReasonCode.ServerUnavailable, 3],
  [ReasonCode.ServerBusy, 3],
  [ReasonCode.BadUserNameOrPassword, 4],
  [ReasonCode.NotAuthorized, 5],
  [ReasonCode.Banned, 5],
])

/**
 * The return code of a CONNACK of MQTT 3.1.1 (table 3.1) that says the same as a reason code of MQTT 5, or
 * `undefined` where none does: then the connection is closed without a CONNACK.
 */
export const toReturnCode = (reasonCode: number): number | undefined => returnCodes.get(reasonCode)
