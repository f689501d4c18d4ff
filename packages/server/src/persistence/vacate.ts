import { under } from '../kv/keys.js'
import type { Transaction } from '../kv/port.js'
import { unpark } from './parking.js'
import { type Seat, seatKey } from './seat.js'
import { beforeFirst, standingOf } from './standing.js'
import { joins, standings, states, timers } from './tables.js'
import { cancelTimer } from './timers.js'
import { forgetTries } from './tries.js'
import { forgetWaiting } from './waiting.js'

/** Nothing waits for the bot there any more, and nothing falls due. */
export const retire = (tx: Transaction, seat: Seat): void => {
  for (const { key } of [...tx.range(timers, under(...seatKey(seat)))]) cancelTimer(tx, seat, key[3] as string)
  forgetTries(tx, seat)
  forgetWaiting(tx, seat)
}

/**
 * Ends what the bot had going on there. Its revision goes up and stays: a commit that is under way is a conflict, and the
 * ids of what it said are not given again where it comes back.
 */
export const vacate = (tx: Transaction, seat: Seat): void => {
  retire(tx, seat)
  tx.remove(joins, seatKey(seat))
  if (tx.get(standings, seatKey(seat)) === undefined) return
  const { revision } = unpark(tx, seat, standingOf(tx, seat))
  tx.put(standings, seatKey(seat), { ...beforeFirst, revision: revision + 1 })
  tx.remove(states, seatKey(seat))
}
