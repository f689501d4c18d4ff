import type { Reader, Transaction } from '../kv/port.js'
import { hold } from './holds.js'
import type { Debounce, JournalMessage } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { standingOf } from './standing.js'
import { bots, waitingSince } from './tables.js'
import { triesOf } from './tries.js'
import { messagesWaiting } from './work.js'

const debounceOf = (reader: Reader, { vendor, bot }: Seat): Debounce | undefined =>
  reader.get(bots, [vendor, bot])?.debounce

/** What has failed waits for its next try, and a turn that was begun goes on: quiet or not. */
const hasBegun = (reader: Reader, seat: Seat): boolean =>
  triesOf(reader, seat).count > 0 || standingOf(reader, seat).working !== undefined

/** Somebody has spoken: where the bot wants quiet first, what waits for it waits on. */
export const hearSpeech = (tx: Transaction, seat: Seat, { at }: JournalMessage): void => {
  const debounce = debounceOf(tx, seat)
  if (debounce && !hasBegun(tx, seat))
    holdUntilQuiet(tx, seat, debounce, { first: tx.get(waitingSince, seatKey(seat)) ?? at, last: at, now: at })
}

/** A turn is over: what was said meanwhile waits until it is quiet. */
export const awaitQuiet = (tx: Transaction, seat: Seat, now: number): void => {
  const debounce = debounceOf(tx, seat)
  const waiting = debounce && !hasBegun(tx, seat) ? messagesWaiting(tx, seat) : []
  const [first] = waiting
  const last = waiting.at(-1)
  if (debounce && first && last) holdUntilQuiet(tx, seat, debounce, { first: first.at, last: last.at, now })
}

const holdUntilQuiet = (
  tx: Transaction,
  seat: Seat,
  { quietMs, longestMs }: Debounce,
  { first, last, now }: { first: number; last: number; now: number },
): void => {
  const until = Math.min(last + quietMs, first + longestMs)
  if (until > now) hold(tx, seat, until)
}
