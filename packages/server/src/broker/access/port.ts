import type { QoS } from '@daakia/protocol/mqtt'
import type { Principal } from '../../identity.js'

/** `serve`: to take the calls of a service of another name than one's own. */
export type Action = 'publish' | 'subscribe' | 'serve'

/** What somebody wants to do with plain topics, or with the calls of a service. */
export interface AccessRequest {
  action: Action
  /** The topic; to subscribe, the filter (of a shared subscription, the filter in it); to serve, `daak/rpc/{service}/+`. */
  topic: string
  qos: QoS
  /** Publishing: the message is to be retained. */
  retain: boolean
}

/**
 * Whether somebody may do this. Under `daak/` membership decides, and only who serves is asked about. Asked for publishes, subscriptions
 * and wills (when they are set, and again when they are sent), and, with the topic itself as the filter, for messages
 * that were kept while their receiver was away. Who allows a filter has to allow every topic in it: what comes by it
 * is not asked about one by one. A throw or a rejection lets nothing through; a publish may then be sent again.
 */
export type Authorize = (principal: Principal, request: AccessRequest) => boolean | Promise<boolean>

/** Who may do what with plain topics. */
export interface Access {
  authorize: Authorize
  /**
   * Calls `listener` after what is allowed has changed: every subscription is then asked for again, and ends where it is
   * not allowed any more. Returns the way to stop it.
   */
  onChange(listener: () => void): () => void
}
