import type { Key, Transaction } from '../kv/port.js'
import { type Seat, seatKey } from './seat.js'
import { holds, waitingBySince, waitingSince } from './tables.js'

const bySinceKey = ({ vendor, bot, conversation }: Seat, since: number): Key => [vendor, bot, since, conversation]

/** Marks that something waits for the bot since then. While the seat is held, the mark is not among those offered. */
export const mark = (tx: Transaction, seat: Seat, since: number): void => {
  tx.put(waitingSince, seatKey(seat), since)
  if (tx.get(holds, seatKey(seat)) === undefined) showMark(tx, seat, since)
}

export const unmark = (tx: Transaction, seat: Seat, since: number): void => {
  tx.remove(waitingSince, seatKey(seat))
  hideMark(tx, seat, since)
}

export const showMark = (tx: Transaction, seat: Seat, since: number): void =>
  tx.put(waitingBySince, bySinceKey(seat, since), true)

export const hideMark = (tx: Transaction, seat: Seat, since: number): void =>
  tx.remove(waitingBySince, bySinceKey(seat, since))
