/** What the broker did not deliver, and why; nothing is dropped in silence. Counts since it was started. */
export interface BrokerCounters {
  /** QoS 0 messages that a slow receiver missed. */
  shed: number
  /** Messages whose Message Expiry Interval had passed. */
  expired: number
  /** Messages larger than their receiver's Maximum Packet Size. */
  oversized: number
  /** Publishes that were refused. */
  refused: number
}

export const noCounts = (): BrokerCounters => ({ shed: 0, expired: 0, oversized: 0, refused: 0 })
