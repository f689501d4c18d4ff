/**
 * What server and SDKs say to each other: ids, topics, user properties, messages, calls and turns.
 * The MQTT codec is in `@daakia/protocol/mqtt`.
 *
 * @module
 */
export { type Alarm, type Clock, type Random, systemClock } from './clock.js'
export * from './daak/envelope.js'
export * from './daak/ids.js'
export * from './daak/properties.js'
export * from './daak/rpc.js'
export * from './daak/topics.js'
export * from './daak/turns.js'
