import type { Reader, Transaction } from '../kv/port.js'
import { apologise } from './apology.js'
import type { Room } from './append.js'
import { goBack } from './checkpoints.js'
import { keepLetter } from './dead-letters.js'
import { isGuest } from './handoffs/chains.js'
import { type Handed, nothingHanded } from './handoffs/changes.js'
import { giveUp, wasToldToLeave } from './handoffs/commit.js'
import type { FeedEntry } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { advanced, goesFirst, standingOf } from './standing.js'
import { stateOf } from './states.js'
import { type Culprit, type DeadLetterRecord, type StandingRecord, standings, timers } from './tables.js'
import { mayBeTold, tellNext } from './telling-failures.js'
import { cancelTimer } from './timers.js'
import { forgetTries, triesOf } from './tries.js'
import { refreshWaiting } from './waiting.js'
import { earliest, type WaitingWork } from './work.js'

export const unknownCause = 'connection lost before the turn was committed'

/**
 * Gives up what has failed too often: its message is skipped or its timer consumed, a dead letter keeps it with its
 * cause, and the bot is told, or else its apology is said. The state stays the last good one. A bot that is left without a
 * run of what it was handed gives it back instead.
 */
export const setAside = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  { work, now, tell }: { work: WaitingWork; now: number; tell: boolean },
): SetAside => {
  const { count, failures = [] } = triesOf(tx, seat)
  const last = failures.at(-1)
  const culprit = stillWaiting(tx, seat, last?.culprit) ?? (work.unfinished ? 'the unfinished turn' : earliest(work))
  if (!culprit) return { said: [], handed: nothingHanded }
  const standing = standingOf(tx, seat)
  const isTold = tell && mayBeTold(standing, { isMessage: typeof culprit === 'object' && 'seq' in culprit })
  const revision = standing.revision + 1
  const about =
    culprit === 'the unfinished turn' ? goBack(tx, seat, revision) : takeOut(tx, seat, culprit, revision, work)
  const tries = failures.map(({ at, cause }) => ({ at, cause }))
  const cause = last?.cause ?? unknownCause
  keepLetter(tx, seat, revision, { at: now, about, cause, tries })
  forgetTries(tx, seat)
  const handed = giveUpHandoff(tx, room, seat, { revision, index: 0, now }, cause)
  if (handed !== nothingHanded) return { said: handed.said, handed }
  if (isTold) tellNext(tx, seat, { at: now, about, cause, attempts: count, revision })
  refreshWaiting(tx, seat)
  return { said: isTold ? [] : apologise(tx, room, seat.bot, revision, now), handed }
}

/** What was said, and who has the conversation then. */
export interface SetAside {
  said: readonly FeedEntry[]
  handed: Handed
}

const giveUpHandoff = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  by: { revision: number; index: number; now: number },
  cause: string,
): Handed => {
  const isLeftWithoutRun = isGuest(room.handoffs, seat.bot) && stateOf(tx, seat) === null
  const hasLeft = wasToldToLeave(tx, room.handoffs, seat)
  if (!isLeftWithoutRun && !hasLeft) return nothingHanded
  const error = { code: 'failed', message: `${seat.bot} failed at it: ${cause}`.slice(0, longestMessage) }
  return giveUp(tx, room, { ...by, bot: seat.bot }, { error })
}

const longestMessage = 2_000

/** Skips the message, or consumes the timer. */
const takeOut = (
  tx: Transaction,
  seat: Seat,
  culprit: Culprit,
  revision: number,
  work: WaitingWork,
): DeadLetterRecord['about'] => {
  const standing = standingOf(tx, seat)
  const skipped = 'seq' in culprit ? skip(standing, culprit.seq, work) : standing
  tx.put(standings, seatKey(seat), { ...skipped, revision })
  const about = aboutOf(tx, seat, culprit)
  if ('timer' in culprit) cancelTimer(tx, seat, culprit.timer)
  return about
}

/** A culprit that was handled or cancelled meanwhile is none. */
const stillWaiting = (reader: Reader, seat: Seat, culprit: Culprit | undefined): Culprit | undefined => {
  if (!culprit) return undefined
  if ('timer' in culprit)
    return reader.get(timers, [...seatKey(seat), culprit.timer]) === undefined ? undefined : culprit
  const standing = standingOf(reader, seat)
  const { processed, skipped } = standing
  const waits = goesFirst(standing, culprit.seq) || (culprit.seq > processed && !skipped.includes(culprit.seq))
  return waits ? culprit : undefined
}

const skip = (standing: StandingRecord, seq: number, { events }: WaitingWork): StandingRecord => {
  const { processed, skipped } = standing
  if (goesFirst(standing, seq)) return advanced(standing, { processed, again: [seq] })
  const first = events.find((message) => message.seq > processed)
  return first?.seq === seq ? advanced(standing, { processed: seq }) : { ...standing, skipped: [...skipped, seq] }
}

const aboutOf = (reader: Reader, seat: Seat, culprit: Culprit): DeadLetterRecord['about'] =>
  'seq' in culprit ? culprit : { ...culprit, due: reader.get(timers, [...seatKey(seat), culprit.timer]) ?? 0 }
