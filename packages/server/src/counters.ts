/**
 * What has happened since the server was started, in plain numbers, so that counting costs the hot path an addition.
 * Read when somebody asks for the metrics. Nothing is dropped or refused in silence: it is counted here.
 */
export interface Counters {
  /** Streams that were accepted. */
  streams: number
  /** Connections that were let in, and those that were refused, by the name of their CONNACK code. */
  connected: number
  refusedConnections: Map<string, number>
  packetsReceived: number
  packetsSent: number
  bytesReceived: number
  bytesSent: number
  /** Publishes from clients, and deliveries to them, by QoS. */
  published: [number, number, number]
  delivered: [number, number, number]
  /** Messages that a slow or absent receiver missed. */
  shed: number
  /** Messages whose Message Expiry Interval had passed. */
  expired: number
  /** Messages larger than their receiver's Maximum Packet Size. */
  oversized: number
  /** Messages for receivers that might not have them any more when they were to be delivered. */
  withheld: number
  /** Publishes that were refused. */
  refused: number
  /** Messages and timers that were set aside because a bot failed at them too often. */
  deadLetters: number
  /** Messages that were removed from their journals, as retention says. */
  trimmed: number
  /** Messages that were copied into the archive. */
  archived: number
  /** Answers of services that came when nobody waited for them any more. */
  lateAnswers: number
  /** Times that a partition of Redis was found to have less than it had, as this process was the first to write it down. */
  setbacks: number
  /** Commits that were lost by that, at least. */
  lostCommits: number
  /** Limits that were reached, such as `client connections`. */
  limits: Map<string, number>
}

export const noCounts = (): Counters => ({
  streams: 0,
  connected: 0,
  refusedConnections: new Map(),
  packetsReceived: 0,
  packetsSent: 0,
  bytesReceived: 0,
  bytesSent: 0,
  published: [0, 0, 0],
  delivered: [0, 0, 0],
  shed: 0,
  expired: 0,
  oversized: 0,
  withheld: 0,
  refused: 0,
  deadLetters: 0,
  trimmed: 0,
  archived: 0,
  lateAnswers: 0,
  setbacks: 0,
  lostCommits: 0,
  limits: new Map(),
})

export const count = (counts: Map<string, number>, what: string): void => {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}
