import type { DueTimer } from '@daakia/protocol'
import { above, under } from '../kv/keys.js'
import type { Key, Reader, Transaction } from '../kv/port.js'
import { type Seat, seatKey } from './seat.js'
import { timerCounts, timers, timersByDue } from './tables.js'

const byDueKey = ({ vendor, bot, conversation }: Seat, { id, due }: DueTimer): Key => [
  vendor,
  bot,
  due,
  conversation,
  id,
]

/** Sets a timer, or replaces the one with this id. */
export const setTimer = (tx: Transaction, seat: Seat, timer: DueTimer): void => {
  cancelTimer(tx, seat, timer.id)
  tx.put(timers, [...seatKey(seat), timer.id], timer.due)
  countTimers(tx, seat, 1)
  tx.put(timersByDue, byDueKey(seat, timer), true)
}

/** Whether there was such a timer. */
export const cancelTimer = (tx: Transaction, seat: Seat, id: string): boolean => {
  const due = tx.get(timers, [...seatKey(seat), id])
  if (due === undefined) return false
  tx.remove(timers, [...seatKey(seat), id])
  countTimers(tx, seat, -1)
  tx.remove(timersByDue, byDueKey(seat, { id, due }))
  return true
}

/** Most turns have no timer: they are spared the search for one. */
const countTimers = (tx: Transaction, seat: Seat, change: 1 | -1): void => {
  const count = (tx.get(timerCounts, seatKey(seat)) ?? 0) + change
  if (count > 0) tx.put(timerCounts, seatKey(seat), count)
  else tx.remove(timerCounts, seatKey(seat))
}

/** All timers of a bot in one conversation. */
export const timersOf = (reader: Reader, seat: Seat): readonly DueTimer[] => {
  if (reader.get(timerCounts, seatKey(seat)) === undefined) return []
  return [...reader.range(timers, under(...seatKey(seat)))].map(({ key, value }) => ({
    id: key[3] as string,
    due: value,
  }))
}

/** Those with `due <= now`, earliest first. */
export const dueTimers = (reader: Reader, seat: Seat, now: number): readonly DueTimer[] =>
  timersOf(reader, seat)
    .filter(({ due }) => due <= now)
    .sort((a, b) => a.due - b.due)

/** When the bot's next timer after `now` falls due. */
export const nextDue = (reader: Reader, vendor: string, bot: string, now: number): number | undefined => {
  const [next] = reader.range(timersByDue, { ...above(now, vendor, bot), limit: 1 })
  return next && (next.key[2] as number)
}
