import type { UserProperty } from '@daakia/protocol/mqtt'

/**
 * A message as it travels: MQTT's fields, with none of the transport's own.
 *
 * @example
 * const hi: TransportMessage = {
 *   topic: 'daak/to/order-bot',
 *   payload: new TextEncoder().encode('hi'),
 *   contentType: 'text/plain',
 *   userProperties: [['id', '7']],
 * }
 */
export interface TransportMessage {
  topic: string
  payload: Uint8Array
  contentType?: string
  responseTopic?: string
  correlationData?: Uint8Array
  userProperties?: readonly UserProperty[]
  retain?: boolean
}

/**
 * What a connection tells.
 *
 * @example
 * const noted = (events: TransportEvents): TransportEvents => ({
 *   message: (message) => events.message(message),
 *   closed: (reason) => {
 *     console.warn(`closed: ${reason?.message}`)
 *     events.closed(reason)
 *   },
 * })
 */
export interface TransportEvents {
  message(message: TransportMessage): void
  /** The connection is gone for good; called once, and nothing comes after it. */
  closed(reason?: Error): void
}

/**
 * One connection to the server, from CONNACK until it is gone. It never comes back by itself: reconnecting, sending
 * again and resuming are done above, the same for every transport. The MQTT session is always a clean one.
 *
 * @example
 * const greet = (transport: Transport, bot: string): Promise<void> =>
 *   transport.publish({ topic: `daak/to/${bot}`, payload: new TextEncoder().encode('hi') }, { qos: 1 })
 */
export interface Transport {
  /** The MQTT client identifier in use. */
  readonly connection: string
  /**
   * Resolves when the server has acknowledged (QoS 1), or the message was handed over (QoS 0).
   *
   * @throws Refused the server's reason code and string: sending it again is pointless unless it says otherwise.
   * @throws ConnectionLost whether it arrived is not known: send it again with the same id.
   */
  publish(message: TransportMessage, options: { qos: 0 | 1 }): Promise<void>
  /**
   * Resolves when every filter is granted, with the user properties of the SUBACK (`pos`: where on the inbox the
   * subscription begins). @throws Refused, ConnectionLost
   */
  subscribe(
    filters: readonly { filter: string; qos: 0 | 1 }[],
    userProperties?: readonly UserProperty[],
  ): Promise<readonly UserProperty[]>
  /** Resolves when nothing more comes by these filters. @throws ConnectionLost */
  unsubscribe(filters: readonly string[]): Promise<void>
  /** Says goodbye and closes. `closed` is called as well. */
  close(): Promise<void>
}

/**
 * Opens one connection. Aborted before it is open, it is given up, so that nothing of it keeps a process alive.
 *
 * @throws Refused where the server says no; ConnectionLost where it cannot be reached, or is given up.
 * @example
 * const open = mqttTransport({ url: 'mqtt://127.0.0.1:1883', client: 'ana' })
 * const counted: OpenTransport = (events, signal) => {
 *   console.count('connection')
 *   return open(events, signal)
 * }
 * createClient({ identity: 'ana', transport: counted })
 */
export type OpenTransport = (events: TransportEvents, signal?: AbortSignal) => Promise<Transport>
