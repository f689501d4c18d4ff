import type { UserProperty } from '@daakia/protocol/mqtt'
import type { ConnectionLost, Refused } from '../errors.js'
import type { Stop } from '../listeners.js'
import type { TransportMessage } from '../transport/port.js'

/**
 * How things stand with the server.
 *
 * @example
 * const signs: Record<LinkStatus['state'], string> = { connecting: '…', online: '✓', offline: '!', closed: '✗' }
 * client.onStatus(({ state }) => console.log(signs[state]))
 */
export type LinkStatus =
  /** A connection is being made, or its subscriptions are; `reason` says why the last one ended. */
  | { state: 'connecting'; reason?: Refused | ConnectionLost }
  /** Connected, and every subscription is in force. */
  | { state: 'online' }
  /** Waiting before the next try, in `retryInMs`. */
  | { state: 'offline'; reason: Refused | ConnectionLost; retryInMs: number }
  /** For good: closed by its owner, or refused in a way that would last, which `reason` tells. */
  | { state: 'closed'; reason?: Refused }

/** What is to be heard from the server, again on every connection. */
export interface Subscription {
  filters: readonly { filter: string; qos: 0 | 1 }[]
  /** User properties of the SUBSCRIBE, asked anew on each connection. */
  userProperties?(): readonly UserProperty[]
  /** Called when the server has granted it, on each connection, with the user properties of the SUBACK. */
  granted?(userProperties: readonly UserProperty[]): void
  receive(message: TransportMessage): void
}

/**
 * How long a call waits for its answer.
 *
 * @example
 * const left = new AbortController()
 * await client.call('orders', 'ship', { id: 7 }, { timeoutMs: 2_000, signal: left.signal })
 */
export interface CallOptions {
  /** Counts from the call, the time until there is a connection included. 10,000 by default. */
  timeoutMs?: number
  /** Cancels the call; whoever is at it is told. */
  signal?: AbortSignal
}

/** A connection that comes back by itself. */
export interface Link {
  /** The client that it speaks for. */
  readonly client: string
  readonly status: LinkStatus
  onStatus(listener: (status: LinkStatus) => void): Stop

  /** Resolves when the link is online, at once where it is. @throws Refused or Closed where it never will be. */
  online(): Promise<void>

  /**
   * Subscribes now and on every later connection, before the link is `online`. Resolves when it is granted for the
   * first time. Refused the first time, it is dropped; refused later, the connection is given up with that reason.
   *
   * @throws Refused, Closed
   */
  subscribe(subscription: Subscription): Promise<void>

  /** Takes a subscription back, on this connection and on later ones. What was under way may still come before. */
  unsubscribe(subscription: Subscription): Promise<void>

  /**
   * Sends once, on the connection of this moment.
   *
   * @throws Refused
   * @throws ConnectionLost also where there is no connection: nothing is queued here.
   */
  publish(message: TransportMessage, options: { qos: 0 | 1 }): Promise<void>

  /**
   * Calls a method of a service by MQTT 5 request and response, JSON both ways, and resolves with its result.
   * Waits for a connection where there is none. A call is sent once: to send it again is the caller's decision.
   *
   * @throws RpcFailure the service's answer is an error
   * @throws Refused the server takes no such call
   * @throws CallTimeout, ConnectionLost it was sent, and whether it was carried out is not known
   * @throws Closed; what `signal` was aborted with
   */
  call(service: string, method: string, params: unknown, options?: CallOptions): Promise<unknown>

  /** Ends the connection; what waits is rejected with `reason`, or `Closed`. */
  close(reason?: Refused): Promise<void>
}
