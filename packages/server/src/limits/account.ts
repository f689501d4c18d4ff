/**
 * What somebody has of something, or has on its way, at one time. Taken and given back.
 */
export type Quantity =
  | 'connections'
  | 'subscriptions'
  | 'retainedMessages'
  | 'retainedBytes'
  | 'queuedMessages'
  | 'queuedBytes'
  | 'inflight'

/** How often somebody does something. Each second gives as much as the limit; a burst may use that of some seconds. */
export type Rate = 'connects' | 'publishes' | 'publishedBytes'

/** A connection counts for its client, and that for its vendor. */
export type Scope = 'connection' | 'client' | 'vendor'

/** A limit that was reached. */
export interface Excess {
  scope: Scope
  limit: Quantity | Rate
  maximum: number
  /** For a reason string, such as "This client may have 10 connections." */
  reason: string
}

/**
 * What a connection takes, counted for itself, for its client and for its vendor at once: what one of them may not
 * have, none of them is charged for. An excess is counted in the metrics when it is answered.
 */
export interface Account {
  take(quantity: Quantity, amount: number): Excess | undefined
  give(quantity: Quantity, amount: number): void
  /** Rates are not given back. */
  spend(rate: Rate, amount: number): Excess | undefined
  /** The connection has gone: gives back all that it has taken and not given. */
  close(): void
}
