import type { Reader, Transaction } from '../kv/port.js'
import { hold } from './holds.js'
import type { Debounce, JournalMessage } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { standingOf } from './standing.js'
import { bots, waitingSince } from './tables.js'
import { triesOf } from './tries.js'
import { messagesWaiting } from './work.js'

/** As the last commit said, else as the bot says of itself. */
const debounceOf = (reader: Reader, seat: Seat): Debounce | undefined => {
  const { debounce } = standingOf(reader, seat)
  return debounce === undefined ? reader.get(bots, [seat.vendor, seat.bot])?.debounce : (debounce ?? undefined)
}

/** What has failed waits for its next try, a turn that was begun goes on, and a failure is told: quiet or not. */
const hasBegun = (reader: Reader, seat: Seat): boolean => {
  const { working, failure } = standingOf(reader, seat)
  return triesOf(reader, seat).count > 0 || working !== undefined || failure !== undefined
}

/** Somebody has spoken: where the bot wants quiet first, what waits for it waits on. */
export const hearSpeech = (tx: Transaction, seat: Seat, { at }: JournalMessage): void => {
  const debounce = debounceOf(tx, seat)
  if (!debounce || hasBegun(tx, seat)) return
  const until = quietAt(debounce, { first: tx.get(waitingSince, seatKey(seat)) ?? at, last: at })
  if (until > at) hold(tx, seat, until)
}

/** A turn is committed, and what held back what was said meanwhile is over: it waits as is wanted from now on. */
export const awaitQuiet = (tx: Transaction, seat: Seat, now: number): void => {
  const until = waitsUntil(tx, seat)
  if (until > now) hold(tx, seat, until)
}

const waitsUntil = (reader: Reader, seat: Seat): number => {
  const debounce = debounceOf(reader, seat)
  const waiting = debounce && !hasBegun(reader, seat) ? messagesWaiting(reader, seat) : []
  const [first] = waiting
  const last = waiting.at(-1)
  return debounce && first && last ? quietAt(debounce, { first: first.at, last: last.at }) : 0
}

const quietAt = ({ quietMs, longestMs }: Debounce, { first, last }: { first: number; last: number }): number =>
  Math.min(last + quietMs, first + longestMs)
