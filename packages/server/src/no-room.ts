import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Link } from './connection-manager/link.js'
import { isFull } from './kv/errors.js'
import type { Log, LogFields } from './log.js'

/** What clients are told while the storage is full. */
export const noRoom = {
  reasonCode: ReasonCode.QuotaExceeded,
  reason: 'The server has no room for more: try again later.',
} as const

const failure = { reasonCode: ReasonCode.UnspecifiedError, reason: 'The server failed; connect again.' } as const

/** Of what could have been tried again later. @throws the error, where it is another one */
export const refuseWhenFull = (error: unknown): typeof noRoom => {
  if (isFull(error)) return noRoom
  throw error
}

/** Ends a connection that can't go on for this reason; its session is found as it was stored. */
export const bidFarewell = (link: Pick<Link, 'close'>, error: unknown): void => {
  const { reasonCode, reason } = isFull(error) ? noRoom : failure
  link.close(reasonCode, reason)
}

/** Logs what went wrong; a full storage has said so itself, once for all that it keeps from being done. */
export const logFailure = (log: Log, fields: LogFields, error: unknown, message: string): void => {
  if (!isFull(error)) log.error({ ...fields, error: String(error) }, message)
}
