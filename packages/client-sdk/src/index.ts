/**
 * Daakia conversations in an app.
 *
 * @module
 */

export {
  type Client,
  type ClientIdentity,
  type ClientOptions,
  type CloseOptions,
  createClient,
} from './client/client.js'
export type { Conversation, HistoryPage, HistoryRange, SendOptions } from './client/conversation.js'
export type { Draft, Message, Outgoing } from './client/message.js'
export type { Timeline, TimelineEntry } from './client/timeline.js'
export * from './errors.js'
export type { LinkStatus } from './link/port.js'
export type { Stop } from './listeners.js'
export { type MqttTransportOptions, mqttTransport } from './transport/mqtt/mqtt-transport.js'
export type { OpenTransport, Transport, TransportEvents, TransportMessage } from './transport/port.js'
