/** What one session may take of the broker. */
export interface BrokerLimits {
  /**
   * QoS 1 and 2 publishes that may wait for their acknowledgement, announced as Receive Maximum; above it: DISCONNECT
   * 0x93. A connection is held to what its CONNACK announced.
   */
  receiveMaximum: number
  /**
   * Publishes of a connection that wait for the disk; at this many the server stops reading from it. To be above
   * `receiveMaximum`, so that who goes beyond that one is told so.
   */
  waitingPublishes: number
  /** Bytes of their payloads; at this many the server stops reading as well. */
  waitingBytes: number
  /** As long a receiver that is behind makes those wait who publish to it; then its QoS 0 messages are shed and counted. */
  patienceMs: number
  /** As long access may take to answer; then it counts as failed, and what was asked for is not done. */
  accessTimeoutMs: number
  /** Levels of a topic or filter; above it: CONNACK (will), PUBACK and PUBREC 0x90, SUBACK 0x8F; QoS 0: DISCONNECT 0x90. */
  topicLevels: number
  /** Length of a topic or filter in UTF-8; answered in the same way. */
  topicBytes: number
  /** User properties of a packet; above it: CONNACK, PUBACK and PUBREC 0x97, or, where there is no such answer, DISCONNECT 0x97. */
  userProperties: number
  /** The longest that a session outlives its connection; who asks for more is told this in CONNACK. */
  sessionExpirySeconds: number
}

export const defaultBrokerLimits: BrokerLimits = {
  receiveMaximum: 1_024,
  waitingPublishes: 2_048,
  waitingBytes: 4 * 1024 * 1024,
  patienceMs: 1_000,
  accessTimeoutMs: 5_000,
  topicLevels: 32,
  topicBytes: 4_096,
  userProperties: 64,
  sessionExpirySeconds: 90 * 24 * 60 * 60,
}
