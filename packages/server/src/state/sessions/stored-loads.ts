import type { SessionName } from '../../identity.js'
import type { Reader, Transaction } from '../../kv/port.js'
import type { Account, Excess } from '../../limits/port.js'
import { reasonFor } from '../../limits/reasons.js'
import type { Load } from './queue-charges.js'
import { type QueueLoad, queueLoads, sessionKey, sessions } from './tables.js'

/** What a queue has, read in a transaction: for queues that several nodes add to, and take from. */
export const queueLoad = (reader: Reader, session: SessionName): QueueLoad =>
  reader.get(queueLoads, sessionKey(session)) ?? { messages: 0, bytes: 0, last: firstPlace(reader, session) }

/** A session that comes again under the same name begins after all places that the one before has used. */
const firstPlace = (reader: Reader, session: SessionName): number =>
  reader.get(sessions, sessionKey(session))?.fence ?? 0

/** Why the session may have no message of this size more. */
export const queueExcess = ({ messages, bytes }: Load, more: number, account: Account): Excess | undefined => {
  if (messages + 1 > account.maximum('queuedMessages')) return excess('queuedMessages', account)
  return bytes + more > account.maximum('queuedBytes') ? excess('queuedBytes', account) : undefined
}

const excess = (limit: 'queuedMessages' | 'queuedBytes', account: Account): Excess => {
  const maximum = account.maximum(limit)
  return { scope: 'connection', limit, maximum, reason: reasonFor('connection', limit, maximum) }
}

/** Counts one message more, and answers its place. */
export const addLoad = (tx: Transaction, session: SessionName, load: QueueLoad, bytes: number): number => {
  const last = load.last + 1
  tx.put(queueLoads, sessionKey(session), { messages: load.messages + 1, bytes: load.bytes + bytes, last })
  return last
}

export const takeLoad = (tx: Transaction, session: SessionName, { messages, bytes }: Load): void => {
  const load = queueLoad(tx, session)
  if (messages === 0) return
  tx.put(queueLoads, sessionKey(session), { ...load, messages: load.messages - messages, bytes: load.bytes - bytes })
}
