import type { Reader, Transaction } from '../kv/port.js'
import { appendMessage, type Room } from './append.js'
import { checkCommit } from './check-commit.js'
import { forgetBefore, keepBefore } from './checkpoints.js'
import type { NextTry } from './first-tries.js'
import { handoffBy } from './handoffs/chains.js'
import { type Handed, nothingHanded } from './handoffs/changes.js'
import { conflictOf, handOver } from './handoffs/commit.js'
import { hold, isHeld } from './holds.js'
import { headOf } from './journal.js'
import { park, unpark } from './parking.js'
import type { FeedEntry, Outcome, Settled, Work } from './port.js'
import { awaitQuiet } from './quiet.js'
import { hasSeat, isSeated, type Seat, seatKey } from './seat.js'
import { advanced, handlesMessage, standingOf } from './standing.js'
import { putState } from './states.js'
import { type Culprit, type FailureRecord, type StandingRecord, standings } from './tables.js'
import { leaveUntold } from './telling-failures.js'
import { cancelTimer, setTimer } from './timers.js'
import { countTries, forgetTries, isExhausted, noteFailure, triesOf, uncountTry } from './tries.js'
import { isMarked, refreshWaiting } from './waiting.js'
import { isNothing, workAfterCommit } from './work.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

export interface Settlement {
  settled: Settled
  /** Absent where nothing was applied. */
  nextTry?: NextTry
  /** What the bot said. */
  said: readonly FeedEntry[]
  /** It was being told of a failure, and has made nothing of it. */
  leftUntold?: true
  handed?: Handed
}

export interface SettleTerms {
  /** Tries that are counted where they have to be remembered. */
  uncounted: number
  /** The turn's lease is in force: else what was applied before is recognised, and nothing is applied. */
  isLeased: boolean
}

/** Applies the outcome of a turn, or nothing of it. */
export const settleTurn = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  now: number,
  given: Outcome,
  { uncounted, isLeased }: SettleTerms,
): Settlement => {
  const standing = standingOf(tx, seat)
  const outcome = caughtUp(given, standing)
  const refused = refusal(tx, room, seat, now, { standing, outcome, isLeased })
  if (refused) return { settled: refused, said: [] }
  if (outcome.kind === 'committed') return applyCommit(tx, room, seat, now, { standing, outcome, uncounted })
  if (outcome.kind === 'returned') return giveBack(tx, room, seat, { revision: standing.revision, uncounted })
  const { failure } = standing
  if (outcome.kind === 'failed' && failure) return failAgain(tx, room, seat, now, { failure, cause: outcome.cause })
  if (outcome.kind === 'failed') fail(tx, seat, now, outcome, uncounted)
  else putAside(tx, seat, now, outcome)
  const head = headOf(tx, room.vendor, room.conversation)
  return { settled: { kind: 'applied', revision: standing.revision, head }, nextTry: 'counted', said: [] }
}

/** Whether what it did is there; a refusal stands in any case. */
export const isStillSettled = (reader: Reader, seat: Seat, outcome: Outcome, settled: Settled): boolean =>
  settled.kind === 'conflict' ||
  (outcome.kind === 'committed' && standingOf(reader, seat).last?.commitId === outcome.commitId)

/** What came back to the bot during its turn brought messages that others have handled: the turn knows nothing of them. */
const caughtUp = (outcome: Outcome, { ahead = [], processed }: StandingRecord): Outcome =>
  outcome.kind === 'committed' && ahead.length > 0 && outcome.processed < processed
    ? { ...outcome, processed }
    : outcome

const unseated: Settled = { kind: 'conflict', reason: 'the bot is not in the conversation any more, or it is closed' }

const leaseLost: Settled = { kind: 'conflict', reason: 'the lease is not in force any more' }

const refusal = (
  reader: Reader,
  room: Room,
  seat: Seat,
  now: number,
  { standing, outcome, isLeased }: { standing: StandingRecord; outcome: Outcome; isLeased: boolean },
): Settled | undefined => {
  const head = headOf(reader, room.vendor, room.conversation)
  const { revision, processed, last } = standing
  const verdict = checkCommit({ revision, processed, head, ...(last && { lastCommitId: last.commitId }) }, outcome)
  if (verdict === 'apply' && !isLeased) return leaseLost
  if (verdict === 'apply')
    return hasSeat(room, seat.bot) ? handoffConflict(reader, room, seat, now, { standing, outcome }) : unseated
  if (verdict !== 'repeated') return { kind: 'conflict', reason: verdict.conflict }
  return { kind: 'repeated', revision: last?.revision ?? revision, head: last?.head ?? head }
}

/** What it says of hand-overs does not go with those that are going on. */
const handoffConflict = (
  reader: Reader,
  room: Room,
  seat: Seat,
  now: number,
  { standing, outcome }: { standing: StandingRecord; outcome: Outcome },
): Settled | undefined => {
  if (outcome.kind !== 'committed') return undefined
  const reason =
    handoffBy(room.handoffs, seat.bot) && outcome.processed > standing.processed
      ? 'the conversation is handed over: another bot handles its messages'
      : conflictOf(reader, room, seat, now, outcome.handoff)?.message
  return reason === undefined ? undefined : { kind: 'conflict', reason }
}

const culpritOf = ({ seq, timer }: { seq?: number; timer?: string }): Culprit | undefined => {
  if (seq !== undefined) return { seq }
  return timer === undefined ? undefined : { timer }
}

const fail = (
  tx: Transaction,
  seat: Seat,
  now: number,
  failed: Extract<Outcome, { kind: 'failed' }>,
  uncounted: number,
): void => {
  countTries(tx, seat, uncounted)
  noteFailure(tx, seat, { at: now, cause: failed.cause }, culpritOf(failed))
  const { retryAt = now } = failed
  if (retryAt > now && !isExhausted(triesOf(tx, seat))) hold(tx, seat, retryAt)
}

/** A try that is counted in memory alone is forgotten there. */
const giveBack = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  { revision, uncounted }: { revision: number; uncounted: number },
): Settlement => {
  if (uncounted === 0) uncountTry(tx, seat)
  const head = headOf(tx, room.vendor, room.conversation)
  const nextTry = uncounted > 0 ? 'first' : 'counted'
  return { settled: { kind: 'applied', revision, head }, nextTry, said: [] }
}

/** The turn failed in which the bot was told of a failure. */
const failAgain = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  now: number,
  failed: { failure: FailureRecord; cause: string },
): Settlement => {
  const said = leaveUntold(tx, room, seat, now, failed)
  const { revision } = standingOf(tx, seat)
  const head = headOf(tx, room.vendor, room.conversation)
  return { settled: { kind: 'applied', revision, head }, nextTry: 'counted', said, leftUntold: true }
}

const putAside = (tx: Transaction, seat: Seat, now: number, parked: Extract<Outcome, { kind: 'parked' }>): void => {
  park(tx, seat, now, parked)
  forgetTries(tx, seat)
}

const applyCommit = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  now: number,
  { standing, outcome, uncounted }: { standing: StandingRecord; outcome: Committed; uncounted: number },
): Settlement => {
  const revision = standing.revision + 1
  if (outcome.checkpoint) keepBefore(tx, seat, standing, outcome)
  else forgetBefore(tx, seat)
  const covers = !outcome.checkpoint && outcome.processed >= headOf(tx, room.vendor, room.conversation)
  const said = say(tx, room, seat.bot, revision, now, outcome)
  const consumed = outcome.timers.cancel.filter((id) => cancelTimer(tx, seat, id))
  for (const timer of outcome.timers.set) setTimer(tx, seat, timer)
  const head = headOf(tx, room.vendor, room.conversation)
  const { working, failure, toldFailure, debounce: _, ...before } = unpark(tx, seat, standing)
  const handlesOne = handlesMessage(standing, outcome)
  tx.put(standings, seatKey(seat), {
    ...advanced(before, outcome),
    ...(outcome.checkpoint && { working: working ?? now }),
    ...((failure || (toldFailure && !handlesOne)) && { toldFailure: true }),
    revision,
    ...(covers && { quietUpTo: head }),
    public: outcome.public,
    ...(outcome.debounce !== undefined && { debounce: outcome.debounce }),
    last: { commitId: outcome.commitId, revision, head },
  })
  putState(tx, seat, outcome.state)
  const handed = handOver(tx, room, seat, { revision, index: said.length, now }, outcome)
  const isGone = handed !== nothingHanded && !isSeated(tx, seat)
  const isProgress = outcome.checkpoint || working !== undefined || failure !== undefined
  const handled = isProgress || handlesOne || consumed.length > 0
  if (handled) forgetTries(tx, seat)
  if (!isGone) {
    refreshWaiting(tx, seat)
    awaitQuiet(tx, seat, now)
  }
  // What a hand-over leaves for the bot comes with a lease of its own.
  const mayGoOn = outcome.keep && !outcome.checkpoint && handed === nothingHanded
  const next = mayGoOn ? nextWork(tx, seat, now) : undefined
  const isFirst = handled && uncounted > 0
  if (next && !isFirst) countTries(tx, seat, uncounted + 1)
  const rests = !isMarked(tx, seat)
  const nextTry = nextTryAfter({ goesOn: next !== undefined, isFirst, rests })
  return {
    settled: { kind: 'applied', revision, head, ...(next && { next }), ...(rests && { rests }) },
    nextTry,
    said: [...said, ...handed.said],
    handed,
  }
}

/** `goesOn`: the turn does, with a try that has begun. `rests`: nothing waits. */
const nextTryAfter = (now: { goesOn: boolean; isFirst: boolean; rests: boolean }): NextTry => {
  if (now.goesOn) return now.isFirst ? 'begun' : 'counted'
  return now.isFirst || now.rests ? 'first' : 'counted'
}

const say = (
  tx: Transaction,
  room: Room,
  bot: string,
  revision: number,
  now: number,
  { messages }: Committed,
): FeedEntry[] =>
  messages.map((utterance, index) =>
    appendMessage(tx, room, { ...utterance, from: bot, id: `${revision}.${index}`, at: now }),
  )

const nextWork = (tx: Transaction, seat: Seat, now: number): Pick<Work, 'events' | 'timers'> | undefined => {
  const next = workAfterCommit(tx, seat, now)
  return isNothing(next) || isHeld(tx, seat, now) ? undefined : next
}
