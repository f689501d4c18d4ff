/**
 * Daakia conversations in an app.
 *
 * @module
 */
export { createClient } from './client/client.js'
export type { Draft, Message, Saying } from './client/message.js'
export type {
  Client,
  ClientIdentity,
  ClientOptions,
  CloseOptions,
  Conversation,
  HistoryPage,
  HistoryRange,
  SendOptions,
} from './client/port.js'
export type { Timeline, TimelineEntry } from './client/timeline.js'
export * from './errors.js'
export type { BackoffOptions } from './link/backoff.js'
export type { CallOptions, LinkStatus } from './link/port.js'
export type { Stop } from './listeners.js'
export type { Schema, Validated } from './schema.js'
export type {
  CheckedMethod,
  Handler,
  IncomingCall,
  RunningService,
  ServeOptions,
  ServiceLog,
  ServiceMethod,
} from './service/port.js'
export { serve } from './service/serve.js'
export { type MqttTransportOptions, mqttTransport } from './transport/mqtt/mqtt-transport.js'
export type { OpenTransport, Transport, TransportEvents, TransportMessage } from './transport/port.js'
