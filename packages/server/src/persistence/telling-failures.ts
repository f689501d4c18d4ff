import type { Transaction } from '../kv/port.js'
import { apologise } from './apology.js'
import type { Room } from './append.js'
import { addTry } from './dead-letters.js'
import type { FeedEntry } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { standingOf } from './standing.js'
import { type FailureRecord, type StandingRecord, standings } from './tables.js'
import { forgetTries } from './tries.js'
import { refreshWaiting } from './waiting.js'

/**
 * Whether the bot may be told of what fails now. What it does about a failure may fail in its turn, by a timer or after a
 * checkpoint, and would so be told of for ever: until it has handled a message, it is told of messages alone.
 */
export const mayBeTold = ({ toldFailure }: StandingRecord, { isMessage }: { isMessage: boolean }): boolean =>
  isMessage || !toldFailure

/** The next lease tells the bot of what was set aside, and is about nothing else. */
export const tellNext = (tx: Transaction, seat: Seat, failure: FailureRecord): void =>
  tx.put(standings, seatKey(seat), { ...standingOf(tx, seat), failure })

/** The bot has made nothing of its failure, for this cause: its apology is said instead. Answers what was said. */
export const leaveUntold = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  now: number,
  { failure, cause }: { failure: FailureRecord; cause: string },
): FeedEntry[] => {
  const { failure: _, ...standing } = standingOf(tx, seat)
  const revision = standing.revision + 1
  tx.put(standings, seatKey(seat), { ...standing, revision })
  addTry(tx, seat, failure.revision, { at: now, cause })
  forgetTries(tx, seat)
  refreshWaiting(tx, seat)
  return apologise(tx, room, seat.bot, revision, now)
}
