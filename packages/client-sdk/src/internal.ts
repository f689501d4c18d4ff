/**
 * What sibling packages build on: the connection that comes back, and messages as they are written and read. Apps use `@daakia/client-sdk`.
 *
 * @module
 */
export { readEnvelope, write } from './client/message.js'
export * from './errors.js'
export type { BackoffOptions } from './link/backoff.js'
export { type LinkOptions, openLink } from './link/link.js'
export type { CallOptions, Link, LinkStatus, Subscription } from './link/port.js'
export type { Stop } from './listeners.js'
export type { Schema, Validated } from './schema.js'
export { type MqttTransportOptions, mqttTransport, mqttTransportOver } from './transport/mqtt/mqtt-transport.js'
export type { OpenSocket, Socket, SocketEvents } from './transport/mqtt/sockets/port.js'
export { openTcpSocket } from './transport/mqtt/sockets/tcp.js'
export type { OpenTransport, Transport, TransportEvents, TransportMessage } from './transport/port.js'
