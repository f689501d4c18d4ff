/**
 * Daakia conversations in an app.
 *
 * @module
 */
export * from './errors.js'
export type { LinkStatus } from './link/port.js'
export type { Stop } from './listeners.js'
export { type MqttTransportOptions, mqttTransport } from './transport/mqtt/mqtt-transport.js'
export type { OpenTransport, Transport, TransportEvents, TransportMessage } from './transport/port.js'
