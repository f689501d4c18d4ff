import { under } from '../kv/keys.js'
import type { Key, Reader, Transaction } from '../kv/port.js'
import { isBot, isFor } from './bots.js'
import type { Handoffs } from './handoffs/chains.js'
import { isHeld, nextRelease, noLongerHeld, release } from './holds.js'
import { mark, unmark } from './marks.js'
import { parkedFor } from './parking.js'
import type { FeedEntry, Waiting, WaitingQuery } from './port.js'
import { hearSpeech } from './quiet.js'
import { type Seat, seatKey } from './seat.js'
import { timersByDue, waitingBySince, waitingSince } from './tables.js'
import { nextDue } from './timers.js'
import { waitsSince } from './work.js'

/** Marks the conversation as waiting for the bots that the message is for, where nothing waited before. Answers which. */
export const noteMessage = (
  tx: Transaction,
  { vendor, conversation, members, hearers = members, message }: FeedEntry,
  handoffs: Handoffs,
): string[] => {
  const marked: string[] = []
  for (const bot of hearers) {
    const seat = { vendor, conversation, bot }
    if (!isBot(tx, vendor, bot) || !isFor(tx, seat, message, handoffs)) continue
    if (!isMarked(tx, seat)) {
      mark(tx, seat, message.at)
      marked.push(bot)
    }
    hearSpeech(tx, seat, message)
  }
  return marked
}

/** Whether messages wait for the bot. */
export const isMarked = (reader: Reader, seat: Seat): boolean => reader.get(waitingSince, seatKey(seat)) !== undefined

/** Nothing waits for the bot there any more. */
export const forgetWaiting = (tx: Transaction, seat: Seat): void => {
  const marked = tx.get(waitingSince, seatKey(seat))
  if (marked !== undefined) unmark(tx, seat, marked)
  release(tx, seat)
}

/** Brings the mark in line with the oldest message that waits for the bot. */
export const refreshWaiting = (tx: Transaction, seat: Seat): void => {
  const marked = tx.get(waitingSince, seatKey(seat))
  const since = waitsSince(tx, seat)
  if (marked === since) return
  if (marked !== undefined) unmark(tx, seat, marked)
  if (since !== undefined) mark(tx, seat, since)
}

/** Conversations in which messages or due timers wait for the bot, and when more will. */
export const waitingFor = (reader: Reader, query: WaitingQuery): Waiting => {
  const { vendor, bot, now } = query
  const next = earlier(nextDue(reader, vendor, bot, now), nextRelease(reader, vendor, bot, now))
  const conversations = [...longestWaiting(reader, query)]
  return next === undefined ? { conversations } : { conversations, nextDue: next }
}

const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one

function* longestWaiting(reader: Reader, query: WaitingQuery): Iterable<string> {
  const seen = parkedFor(reader, query)
  const most = seen.size + query.limit
  const held = noLongerHeld(reader, query.vendor, query.bot, query.now)
  const marks = bySince(bySince(messageMarks(reader, query), timerMarks(reader, query)), held)
  for (const { conversation } of marks) {
    if (seen.size >= most) return
    if (seen.has(conversation) || query.isWanted?.(conversation) === false) continue
    seen.add(conversation)
    yield conversation
  }
}

interface Mark {
  since: number
  conversation: string
}

const asMark = ({ key }: { key: Key }): Mark => ({ since: key[2] as number, conversation: key[3] as string })

function* messageMarks(reader: Reader, { vendor, bot }: WaitingQuery): Iterable<Mark> {
  for (const entry of reader.range(waitingBySince, under(vendor, bot))) yield asMark(entry)
}

function* timerMarks(reader: Reader, { vendor, bot, now }: WaitingQuery): Iterable<Mark> {
  const untilNow = { from: [vendor, bot], to: under(vendor, bot, now).to }
  for (const entry of reader.range(timersByDue, untilNow)) {
    const due = asMark(entry)
    if (!isHeld(reader, { vendor, bot, conversation: due.conversation }, now)) yield due
  }
}

/** Two sequences, each in order of `since`, as one. */
function* bySince(one: Iterable<Mark>, other: Iterable<Mark>): Iterable<Mark> {
  const others = other[Symbol.iterator]()
  try {
    let next = others.next()
    for (const mark of one) {
      for (; !next.done && next.value.since <= mark.since; next = others.next()) yield next.value
      yield mark
    }
    for (; !next.done; next = others.next()) yield next.value
  } finally {
    // Whoever stops early would leave a cursor of the disk open, and with it all room that becomes free from then on.
    others.return?.()
  }
}
