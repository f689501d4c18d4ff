import type { DueTimer } from '@daakia/protocol'
import type { Reader, Transaction } from '../kv/port.js'
import { isFor } from './bots.js'
import { type Handoffs, handoffTo, isAway, isQueued } from './handoffs/chains.js'
import { headOf, messagesAfter, messagesAt } from './journal.js'
import type { JournalMessage, ToldFailure } from './port.js'
import type { Seat } from './seat.js'
import { standingOf } from './standing.js'
import { type Culprit, conversations, type StandingRecord } from './tables.js'
import { dueTimers } from './timers.js'
import { untold } from './untold.js'

/** What waits for a bot in a conversation. */
export interface WaitingWork {
  events: readonly JournalMessage[]
  timers: readonly DueTimer[]
  /** A turn was committed in its midst, and is to go on. */
  unfinished: boolean
  /** The bot is to be told of this first. */
  failed?: ToldFailure
}

/** A turn handles one thing; the rest is shown so that "cancel" is seen early. */
const mostEvents = 100

/** @param handoffs of the conversation, where they are known */
export const workFor = (
  reader: Reader,
  seat: Seat,
  now: number,
  handoffs: Handoffs = handoffsIn(reader, seat),
): WaitingWork => {
  const failed = untold(reader, seat)
  if (failed) return { events: [], timers: [], unfinished: false, failed }
  return {
    events: [...messagesFor(reader, seat, mostEvents, handoffs)],
    timers: dueTimers(reader, seat, now),
    unfinished: standingOf(reader, seat).working !== undefined,
  }
}

/** What waits now that a turn has been committed: most often nothing, which costs no look at the journal. */
export const workAfterCommit = (tx: Transaction, seat: Seat, now: number): WaitingWork =>
  isQuiet(tx, seat) ? { events: [], timers: dueTimers(tx, seat, now), unfinished: false } : workFor(tx, seat, now)

export const isNothing = ({ events, timers, unfinished, failed }: WaitingWork): boolean =>
  events.length === 0 && timers.length === 0 && !unfinished && !failed

/** Since when something waits for the bot, its timers aside; `undefined` where nothing does. */
export const waitsSince = (reader: Reader, seat: Seat): number | undefined => {
  const { failure, working } = standingOf(reader, seat)
  return failure?.at ?? working ?? firstMessageFor(reader, seat)?.at
}

/** Messages that wait for the bot, the oldest ones of them. */
export const messagesWaiting = (reader: Reader, seat: Seat): readonly JournalMessage[] => [
  ...messagesFor(reader, seat, mostEvents, handoffsIn(reader, seat)),
]

/** The message that waits for the bot and is given to it first. */
const firstMessageFor = (reader: Reader, seat: Seat): JournalMessage | undefined => {
  if (isQuiet(reader, seat)) return undefined
  const [first] = messagesFor(reader, seat, 1, handoffsIn(reader, seat))
  return first
}

/** `seq` of the oldest message that waits for the bot, whichever it is given first. */
export const oldestFor = (reader: Reader, seat: Seat): number | undefined => {
  const handoffs = handoffsIn(reader, seat)
  const next = handoffTo(handoffs, seat.bot)
  // What it will be given when it has left what was taken back from it starts where the other one has come to.
  if (next && isQueued(handoffs, next)) return standingOf(reader, { ...seat, bot: next.from }).processed + 1
  if (isQuiet(reader, seat)) return undefined
  const { again = [], ahead = [] } = standingOf(reader, seat)
  const first = messagesFor(reader, seat, again.length + ahead.length + 1, handoffs)
  const seqs = [...first].map(({ seq }) => seq)
  return seqs.length > 0 ? Math.min(...seqs) : undefined
}

const handoffsIn = (reader: Reader, { vendor, conversation }: Seat): Handoffs =>
  reader.get(conversations, [vendor, conversation])?.handoffs

/** What a turn takes first: the earliest, and of two at the same time the timer. */
export const earliest = ({
  events: [message],
  timers: [timer],
}: Pick<WaitingWork, 'events' | 'timers'>): Culprit | undefined => {
  if (timer && (!message || timer.due <= message.at)) return { timer: timer.id }
  return message && { seq: message.seq }
}

const isQuiet = (reader: Reader, seat: Seat): boolean => {
  const { again = [], ahead = [], ...standing } = standingOf(reader, seat)
  return again.length + ahead.length === 0 && coveredBy(standing) >= headOf(reader, seat.vendor, seat.conversation)
}

/** No message up to here waits. */
const coveredBy = ({ processed, quietUpTo = 0 }: Pick<StandingRecord, 'processed' | 'quietUpTo'>): number =>
  Math.max(processed, quietUpTo)

function* messagesFor(reader: Reader, seat: Seat, limit: number, handoffs: Handoffs): Iterable<JournalMessage> {
  const { vendor, conversation } = seat
  const { skipped, again = [], ahead = [], ...standing } = standingOf(reader, seat)
  const isElsewhere = isAway(handoffs, seat.bot)
  let given = 0
  for (const message of messagesAt(reader, vendor, conversation, isElsewhere ? ahead : [...ahead, ...again])) {
    yield message
    if (++given >= limit) return
  }
  if (isElsewhere) return
  for (const message of messagesAfter(reader, vendor, conversation, coveredBy(standing))) {
    if (skipped.includes(message.seq) || !isFor(reader, seat, message, handoffs)) continue
    yield message
    if (++given >= limit) return
  }
}
