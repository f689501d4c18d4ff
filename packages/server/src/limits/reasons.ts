import type { Quantity, Rate, Scope } from './port.js'

const sentences: Readonly<Record<Quantity | Rate, (maximum: number) => string>> = {
  connections: (maximum) => `have ${maximum} connections`,
  sessions: (maximum) => `have ${maximum} sessions that outlive their connections`,
  subscriptions: (maximum) => `have ${maximum} subscriptions`,
  retainedMessages: (maximum) => `have ${maximum} retained messages`,
  retainedBytes: (maximum) => `have ${maximum} bytes of retained messages`,
  queuedMessages: (maximum) => `have ${maximum} messages waiting`,
  queuedBytes: (maximum) => `have ${maximum} bytes of messages waiting`,
  inflight: (maximum) => `have ${maximum} messages on their way`,
  connects: (maximum) => `connect ${maximum} times a second`,
  publishes: (maximum) => `publish ${maximum} messages a second`,
  publishedBytes: (maximum) => `publish ${maximum} bytes a second`,
}

/** What a client is told. */
export const reasonFor = (scope: Scope, limit: Quantity | Rate, maximum: number): string =>
  `This ${scope} may ${sentences[limit](maximum)}.`
