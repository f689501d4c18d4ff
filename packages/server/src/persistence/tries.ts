import { mostTries } from '@daakia/protocol'
import type { Reader, Transaction } from '../kv/port.js'
import { release } from './holds.js'
import type { FailedTry } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { type Culprit, type TriesRecord, tries } from './tables.js'

/** So often a bot is told of a failure, where it is lost on the way: bots are deployed, and processes die. */
const mostTellings = 2

export const triesOf = (reader: Reader, seat: Seat): TriesRecord => reader.get(tries, seatKey(seat)) ?? { count: 0 }

export const isExhausted = ({ count }: TriesRecord): boolean => count >= mostTries

/** Whether a bot that was told of a failure so often is told no more. */
export const isToldEnough = ({ count }: TriesRecord): boolean => count >= mostTellings

/** Counts so many more tries, and answers how many there are. */
export const countTries = (tx: Transaction, seat: Seat, more: number): number => {
  const before = triesOf(tx, seat)
  const count = before.count + more
  if (more > 0) tx.put(tries, seatKey(seat), { ...before, count })
  return count
}

/** The last try does not count. */
export const uncountTry = (tx: Transaction, seat: Seat): void => {
  const before = triesOf(tx, seat)
  if (before.count === 0) return
  if (before.count === 1 && !before.failures) tx.remove(tries, seatKey(seat))
  else tx.put(tries, seatKey(seat), { ...before, count: before.count - 1 })
}

/** Remembers why the try that is going on failed. */
export const noteFailure = (tx: Transaction, seat: Seat, { at, cause }: FailedTry, culprit?: Culprit): void => {
  const before = triesOf(tx, seat)
  const failures = [...(before.failures ?? []), { at, cause, ...(culprit && { culprit }) }]
  tx.put(tries, seatKey(seat), { ...before, failures })
}

/** Something was handled: what waits next is tried afresh, and at once. */
export const forgetTries = (tx: Transaction, seat: Seat): void => {
  if (tx.get(tries, seatKey(seat))) tx.remove(tries, seatKey(seat))
  release(tx, seat)
}
