import type { SessionName } from '../../identity.js'
import { incarnations } from '../../kv/incarnations.js'
import { under } from '../../kv/keys.js'
import type { Reader, Transaction } from '../../kv/port.js'
import type { SessionRecord } from './port.js'
import { sessionKey, sessions } from './tables.js'

export const isOfSame = (one: SessionRecord, other: SessionRecord): boolean => (one.fence ?? 0) === (other.fence ?? 0)

const setbacksIn = (reader: Reader): number => reader.get(incarnations, [0])?.[0] ?? 0

export const allIn = (reader: Reader): SessionRecord[] =>
  [...reader.range(sessions, under())].map(({ value }) => found(reader, value))

export const noted = (reader: Reader, { setbacks: _, ...record }: SessionRecord): SessionRecord => {
  const setbacks = setbacksIn(reader)
  return setbacks === 0 ? record : { ...record, setbacks }
}

/** What was released after it was stored is lost where its partition has gone back since. */
export const found = (reader: Reader, record: SessionRecord): SessionRecord => {
  const { received, messageIds = [], setbacks = 0 } = record
  if (setbacks === setbacksIn(reader) || received.length + messageIds.length === 0) return record
  return { ...record, doubtful: [...new Set([...received, ...messageIds.map(([packetId]) => packetId)])] }
}

export const noteReceived = (tx: Transaction, session: SessionName, packetId: number): void => {
  const record = tx.get(sessions, sessionKey(session))
  if (!record || record.received.includes(packetId)) return
  tx.put(sessions, sessionKey(session), { ...record, received: [...record.received, packetId] })
}

export const noteShed = (tx: Transaction, session: SessionName): void => {
  const record = tx.get(sessions, sessionKey(session))
  if (record) tx.put(sessions, sessionKey(session), { ...record, shed: (record.shed ?? 0) + 1 })
}
