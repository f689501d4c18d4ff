/**
 * The MQTT codec: packets as plain data, encoded to and decoded from bytes, for MQTT 3.1.1 and 5.0.
 * It uses no Node API, so it runs in a browser as well.
 *
 * @module
 */
export * from './packets.js'
export { ReasonCode } from './reason-codes.js'
