/**
 * Routing: topics to subscribers, sessions, shared subscriptions, retained messages and wills. Everything under
 * `daak/` is handed to the exchange.
 *
 * @module
 */
export type { Access, AccessRequest, Action, Authorize } from './access/port.js'
export { ReplaceableAccess } from './access/replaceable.js'
export type { Rule } from './access/rule.js'
export { rules } from './access/rules.js'
export { accessBy, allowAll, denyPlainTopics } from './access/simple.js'
export { type Broker, type BrokerOptions, createBroker } from './broker.js'
export type { Delivery, Exchange, LiveSession, PublishOutcome } from './exchange/port.js'
export { type BrokerLimits, defaultBrokerLimits } from './limits.js'
export type { Bus, BusNews, Retained, RoutedMessage } from './port.js'
export type { SessionDesk } from './session-desk.js'
