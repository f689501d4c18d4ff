import type { Reader, Transaction } from '../kv/port.js'
import { nothingHanded } from './handoffs/changes.js'
import { isHeld, release } from './holds.js'
import { isParked } from './parking.js'
import type { Work } from './port.js'
import { hasSeat, isSeated, type Seat } from './seat.js'
import { type SetAside, setAside, unknownCause } from './set-aside.js'
import { standingOf } from './standing.js'
import { stateJsonOf } from './states.js'
import { conversations } from './tables.js'
import type { Tails } from './tails.js'
import { leaveUntold } from './telling-failures.js'
import { countTries, isExhausted, isToldEnough, triesOf } from './tries.js'
import { forgetWaiting, refreshWaiting } from './waiting.js'
import { isNothing, type WaitingWork, workFor } from './work.js'

/** What waits, with nothing counted or written; `undefined` where nothing does. */
export const lookAtWork = (reader: Reader, seat: Seat, now: number, version?: string): Work | undefined => {
  const record = reader.get(conversations, [seat.vendor, seat.conversation])
  if (!record || !hasSeat(record, seat.bot) || isParked(reader, seat, standingOf(reader, seat), version))
    return undefined
  const work = workFor(reader, seat, now, record.handoffs)
  return isNothing(work) ? undefined : describe(reader, seat, record.members, work, triesOf(reader, seat).count)
}

/** What waits, for a first try that is not counted; `undefined` where there is more to it than that. */
export const lookAtFirst = (reader: Reader, seat: Seat, now: number, version?: string): Work | undefined => {
  if (isHeld(reader, seat, now)) return undefined
  const work = lookAtWork(reader, seat, now, version)
  return work?.attempt === 0 && !work.failed ? { ...work, attempt: 1 } : undefined
}

/** What a try begins with, and what was given up before it. */
interface Begun extends SetAside {
  work: Work | undefined
  /** Something was set aside before. */
  gaveUp?: true
  /** A bot that was being told of a failure has made nothing of it. */
  leftUntold?: true
}

/** Counts a try at what waits, and those that are not counted yet; what has failed too often is set aside first. */
export const beginTry = (
  tx: Transaction,
  seat: Seat,
  tails: Tails,
  now: number,
  { version, tellFailures, uncounted }: { version: string | undefined; tellFailures: boolean; uncounted: number },
): Begun => {
  if (isHeld(tx, seat, now)) return nothingBegun(undefined)
  const work = lookAtWork(tx, seat, now, version)
  if (!work) return nothingBegun(mend(tx, seat))
  const { failure } = standingOf(tx, seat)
  const before = triesOf(tx, seat)
  if (failure ? !isToldEnough(before) : !isExhausted(before))
    return nothingBegun({ ...work, attempt: countTries(tx, seat, uncounted + 1) })
  const { handoffs } = tx.get(conversations, [seat.vendor, seat.conversation]) ?? {}
  const room = { ...seat, members: work.members, tails, ...(handoffs && { handoffs }) }
  const { said, handed } = failure
    ? { said: leaveUntold(tx, room, seat, now, { failure, cause: unknownCause }), handed: nothingHanded }
    : setAside(tx, room, seat, { work, now, tell: tellFailures })
  const rest = lookAtWork(tx, seat, now, version)
  const given = rest && { ...rest, attempt: countTries(tx, seat, 1) }
  return { work: given, said, handed, ...(failure ? { leftUntold: true } : { gaveUp: true }) }
}

const nothingBegun = (work: Work | undefined): Begun => ({ work, said: [], handed: nothingHanded })

/** A mark without work would be offered again for ever, and so would a hold that is over. */
const mend = (tx: Transaction, seat: Seat): undefined => {
  release(tx, seat)
  if (isSeated(tx, seat)) refreshWaiting(tx, seat)
  else forgetWaiting(tx, seat)
  return undefined
}

const describe = (reader: Reader, seat: Seat, members: readonly string[], work: WaitingWork, attempt: number): Work => {
  const { revision, processed, last } = standingOf(reader, seat)
  return {
    conversation: seat.conversation,
    members,
    attempt,
    revision,
    commitId: last?.commitId ?? null,
    ...(last && { commitHead: last.head }),
    processed,
    stateJson: stateJsonOf(reader, seat),
    ...work,
  }
}
