/**
 * What server and SDKs say to each other: ids, topics, user properties, messages, calls and turns.
 * The MQTT codec is in `@daakia/protocol/mqtt`.
 *
 * @module
 */
export { type Alarm, type AlarmPurpose, type Clock, type Random, systemClock } from './clock.js'
export { fromBase64, isBase64, toBase64 } from './daak/base64.js'
export * from './daak/bodies.js'
export * from './daak/bots.js'
export * from './daak/envelope.js'
export * from './daak/fold.js'
export * from './daak/handoffs.js'
export * from './daak/ids.js'
export * from './daak/messages.js'
export * from './daak/notices.js'
export * from './daak/operations.js'
export { bytesOf, type EncodedPayload, encodePayload, payloadOf, textOf } from './daak/payload.js'
export { plainTextOf } from './daak/plain.js'
export { fitPlain, isPlain, readPlain, writePlain } from './daak/plain-property.js'
export * from './daak/presence.js'
export * from './daak/properties.js'
export * from './daak/queues.js'
export * from './daak/roster.js'
export * from './daak/rpc.js'
export * from './daak/services.js'
export * from './daak/sessions.js'
export * from './daak/topics.js'
export * from './daak/turns.js'
