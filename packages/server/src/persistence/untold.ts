import type { Reader } from '../kv/port.js'
import { messagesAt } from './journal.js'
import type { ToldFailure } from './port.js'
import type { Seat } from './seat.js'
import { standingOf } from './standing.js'
import type { FailureRecord } from './tables.js'

/** What the bot is to be told before all else. */
export const untold = (reader: Reader, seat: Seat): ToldFailure | undefined => {
  const { failure } = standingOf(reader, seat)
  return failure && describe(reader, seat, failure)
}

const describe = (
  reader: Reader,
  { vendor, conversation }: Seat,
  { about, cause, attempts }: FailureRecord,
): ToldFailure => {
  if ('timer' in about) return { cause, attempts, timer: { id: about.timer, due: about.due } }
  const [message] = 'seq' in about ? messagesAt(reader, vendor, conversation, [about.seq]) : []
  return { cause, attempts, ...(message && { message }) }
}
