import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Link } from './connection-manager/link.js'
import { isFull, StorageError } from './kv/errors.js'
import type { Log, LogFields } from './log.js'
import { RedisError } from './redis/errors.js'

/** What clients are told of what can't be done now, and may be tried again later. */
interface NotNow {
  reasonCode: number
  reason: string
  /** It may have been done. */
  inDoubt?: true
}

const full: NotNow = {
  reasonCode: ReasonCode.QuotaExceeded,
  reason: 'The server has no room for more: try again later.',
}
const away: NotNow = {
  reasonCode: ReasonCode.QuotaExceeded,
  reason: 'The server does not reach its store for now: try again in a moment.',
}
const failed: NotNow = { reasonCode: ReasonCode.UnspecifiedError, reason: 'The server failed; connect again.' }

/** Redis can't be reached, or what it has answered is not known: it passes by itself. */
export const isAway = (error: unknown): boolean =>
  (error instanceof StorageError && error.reason === 'away') ||
  (error instanceof RedisError && (error.reason === 'away' || error.reason === 'unsure'))

/** The disk, or the memory of Redis, takes no more. */
const hasNoRoom = (error: unknown): boolean => isFull(error) || (error instanceof RedisError && error.reason === 'full')

/** What is told of an error that passes, in an acknowledgement; `undefined` where it is another one. */
export const notNow = (error: unknown): NotNow | undefined => {
  if (hasNoRoom(error)) return full
  if (error instanceof StorageError && error.inDoubt) return { ...away, inDoubt: true }
  return isAway(error) ? away : undefined
}

/** The same where a connection is refused, or ended: no acknowledgement has the code that says it better. */
const notNowForConnections = (error: unknown): NotNow | undefined =>
  isAway(error) ? { ...away, reasonCode: ReasonCode.ServerBusy } : notNow(error)

/** Refuses a connection that may come again later. @throws the error, where it is another one */
export const refuseForNow = (error: unknown): NotNow => {
  const refusal = notNowForConnections(error)
  if (!refusal) throw error
  return refusal
}

/** Ends a connection that can't go on for this reason; its session is found as it was stored. */
export const bidFarewell = (link: Pick<Link, 'close'>, error: unknown): void => {
  const { reasonCode, reason } = notNowForConnections(error) ?? failed
  link.close(reasonCode, reason)
}

/** Logs what went wrong; a store that is full, or away, has said so itself, once for all that it keeps from being done. */
export const logFailure = (log: Log, fields: LogFields, error: unknown, message: string): void => {
  if (!notNow(error)) log.error({ ...fields, error: String(error) }, message)
}
