import { above } from '../kv/keys.js'
import type { Key, Reader, Transaction } from '../kv/port.js'
import { hideMark, showMark } from './marks.js'
import { type Seat, seatKey } from './seat.js'
import { heldByUntil, holds, waitingSince } from './tables.js'

/** No hold is longer. One that seems to be was made before the clock was put back, and holds nothing. */
const longestHoldMs = 3_600_000

const byUntilKey = ({ vendor, bot, conversation }: Seat, until: number): Key => [vendor, bot, until, conversation]

const isInForce = (until: number, now: number): boolean => now < until && until <= now + longestHoldMs

/** Whether what waits for the bot is not to be given out yet. */
export const isHeld = (reader: Reader, seat: Seat, now: number): boolean => {
  const until = reader.get(holds, seatKey(seat))
  return until !== undefined && isInForce(until, now)
}

/** Gives nothing out before `until`, of messages and timers alike: their order stays. Replaces an earlier hold. */
export const hold = (tx: Transaction, seat: Seat, until: number): void => {
  const before = tx.get(holds, seatKey(seat))
  if (before !== undefined) tx.remove(heldByUntil, byUntilKey(seat, before))
  tx.put(holds, seatKey(seat), until)
  tx.put(heldByUntil, byUntilKey(seat, until), true)
  const since = tx.get(waitingSince, seatKey(seat))
  if (before === undefined && since !== undefined) hideMark(tx, seat, since)
}

export const release = (tx: Transaction, seat: Seat): void => {
  const until = tx.get(holds, seatKey(seat))
  if (until === undefined) return
  tx.remove(holds, seatKey(seat))
  tx.remove(heldByUntil, byUntilKey(seat, until))
  const since = tx.get(waitingSince, seatKey(seat))
  if (since !== undefined) showMark(tx, seat, since)
}

/** Conversations whose hold for the bot is over, those that were to be given out first at first. */
export function* noLongerHeld(
  reader: Reader,
  vendor: string,
  bot: string,
  now: number,
): Iterable<{ since: number; conversation: string }> {
  for (const { key } of reader.range(heldByUntil, { from: [vendor, bot], to: above(now, vendor, bot).from }))
    yield { since: key[2] as number, conversation: key[3] as string }
  for (const { key } of reader.range(heldByUntil, above(now + longestHoldMs, vendor, bot)))
    yield { since: now, conversation: key[3] as string }
}

/** When the next hold of the bot ends. */
export const nextRelease = (reader: Reader, vendor: string, bot: string, now: number): number | undefined => {
  const [next] = reader.range(heldByUntil, { ...above(now, vendor, bot), limit: 1 })
  const until = next && (next.key[2] as number)
  return until !== undefined && isInForce(until, now) ? until : undefined
}
