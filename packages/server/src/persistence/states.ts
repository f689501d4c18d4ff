import type { Reader, Transaction } from '../kv/port.js'
import { type Seat, seatKey } from './seat.js'
import { states } from './tables.js'

/**
 * A bot's state as it is stored: as JSON, in bytes. A lease tells it as it is, so that nobody has to take it apart and put
 * it together again. Earlier versions have stored what the JSON says.
 */
export type StoredJson = unknown

const utf8 = new TextDecoder()

export const putState = (tx: Transaction, seat: Seat, state: unknown): void =>
  tx.put(states, seatKey(seat), Buffer.from(JSON.stringify(state ?? null)))

/** As JSON; `null` where there is none. */
export const stateJsonOf = (reader: Reader, seat: Seat): string => {
  const stored = reader.get(states, seatKey(seat))
  return stored instanceof Uint8Array ? utf8.decode(stored) : JSON.stringify(stored ?? null)
}

/** `null` where there is none. */
export const stateOf = (reader: Reader, seat: Seat): unknown => {
  const stored = reader.get(states, seatKey(seat))
  return stored instanceof Uint8Array ? JSON.parse(utf8.decode(stored)) : (stored ?? null)
}
