import { ReasonCode } from '@daakia/protocol/mqtt'
import { type Counters, count } from '../counters.js'
import type { Excess } from './port.js'

/** Counts a limit that was reached; called where the client is told. */
export const countExcess = (counters: Counters, { scope, limit }: Pick<Excess, 'scope' | 'limit'>): void =>
  countLimit(counters, scope, limit)

/** The same for a limit that belongs to no account. */
export const countLimit = (counters: Counters, scope: Excess['scope'] | 'server', limit: string): void =>
  count(counters.limits, `${scope} ${limit}`)

/** Counts it, and gives the answer of CONNACK, SUBACK, PUBACK and DISCONNECT. */
export const quotaExceeded = (counters: Counters, excess: Excess): { reasonCode: number; reason: string } => {
  countExcess(counters, excess)
  return { reasonCode: ReasonCode.QuotaExceeded, reason: excess.reason }
}
