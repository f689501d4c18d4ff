/** What one session may take of the broker. */
export interface BrokerLimits {
  /** QoS 1 and 2 publishes that may wait for their acknowledgement, announced as Receive Maximum; above it: DISCONNECT 0x93. */
  receiveMaximum: number
  /**
   * Publishes of a connection that wait for the disk; at this many the server stops reading from it. To be above
   * `receiveMaximum`, so that who goes beyond that one is told so.
   */
  waitingPublishes: number
  /** QoS 1 and 2 messages on their way to a client at once, whatever larger Receive Maximum it announces. */
  inflight: number
  /** Messages that wait in memory for a session that is not stored; above it: DISCONNECT 0x97. */
  queuedMessages: number
  /** As long a receiver that is behind makes those wait who publish to it; then its QoS 0 messages are shed and counted. */
  patienceMs: number
  /** Subscriptions of a session; above it: SUBACK 0x97. */
  subscriptions: number
  /** Levels of a topic or filter; above it: PUBACK 0x90, SUBACK 0x8F. */
  topicLevels: number
  /** The longest that a session outlives its connection; who asks for more is told this in CONNACK. */
  sessionExpirySeconds: number
}

export const defaultBrokerLimits: BrokerLimits = {
  receiveMaximum: 1_024,
  waitingPublishes: 2_048,
  inflight: 512,
  queuedMessages: 10_000,
  patienceMs: 1_000,
  subscriptions: 1_000,
  topicLevels: 32,
  sessionExpirySeconds: 90 * 24 * 60 * 60,
}
