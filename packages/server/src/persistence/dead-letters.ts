import { under } from '../kv/keys.js'
import type { Key, Reader, Transaction } from '../kv/port.js'
import { messagesAt } from './journal.js'
import { pageOf, positionOf } from './pages.js'
import type { DeadLetter, DeadLetterAbout, DeadLetterQuery, FailedTry, Page, QueueLetter, Retried } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { standingOf } from './standing.js'
import { type DeadLetterRecord, deadLetters, deadLettersByTime, standings, timers } from './tables.js'
import { setTimer } from './timers.js'
import { forgetTries } from './tries.js'
import { refreshWaiting } from './waiting.js'

interface Place extends Seat {
  /** Of the bot's state; in a queue, the message's `seq`. */
  number: number
  /** Of a queue. */
  group?: string | undefined
}

const groupKey = ({ group }: Place): Key => (group === undefined ? [] : [group])
const keyOf = (place: Place): Key => [...seatKey(place), place.number, ...groupKey(place)]
const byTimeKey = (place: Place, at: number): Key => [
  ...[place.vendor, at, place.conversation],
  ...[place.bot, place.number],
  ...groupKey(place),
]

const idOf = ({ conversation, bot, number, group }: Place): string =>
  [conversation, bot, number, ...(group === undefined ? [] : [group])].join('/')

const placeOf = (vendor: string, id: string): Place | undefined => {
  const match = /^([^/]+)\/([^/]+)\/(\d{1,15})(?:\/([^/]+))?$/.exec(id)
  if (!match) return undefined
  return { vendor, conversation: `${match[1]}`, bot: `${match[2]}`, number: Number(match[3]), group: match[4] }
}

/** Of the letter with this id, be there one or not. */
export const conversationOfLetter = (id: string): string => id.split('/', 1)[0] as string

export const keepLetter = (tx: Transaction, seat: Seat, revision: number, record: DeadLetterRecord): void => {
  put(tx, { ...seat, number: revision }, record)
}

/** Notes one more try that came to nothing, if the letter is still there. */
export const addTry = (tx: Transaction, seat: Seat, revision: number, failed: FailedTry): void => {
  const key = keyOf({ ...seat, number: revision })
  const record = tx.get(deadLetters, key)
  if (record) tx.put(deadLetters, key, { ...record, tries: [...record.tries, failed] })
}

/** The same message given up again takes the place of its earlier letter. */
export const keepQueueLetter = (tx: Transaction, vendor: string, letter: QueueLetter): void => {
  const { conversation, client, group, seq, at, tries } = letter
  const place = { vendor, conversation, bot: client, number: seq, group }
  const earlier = tx.get(deadLetters, keyOf(place))
  if (earlier) removeLetter(tx, place, earlier)
  put(tx, place, { at, about: { seq }, cause: tries.at(-1)?.cause ?? '', tries })
}

const put = (tx: Transaction, place: Place, record: DeadLetterRecord): void => {
  tx.put(deadLetters, keyOf(place), record)
  tx.put(deadLettersByTime, byTimeKey(place, record.at), true)
}

export const findLetter = (reader: Reader, vendor: string, id: string): DeadLetter | undefined => {
  const place = placeOf(vendor, id)
  const record = place && reader.get(deadLetters, keyOf(place))
  return place && record && describe(reader, place, record)
}

/** The newest first. */
export const listLetters = (reader: Reader, vendor: string, query: DeadLetterQuery): Page<DeadLetter> =>
  pageOf(lettersBefore(reader, vendor, query), query.limit, ({ id, at }) =>
    byTimeKey(placeOf(vendor, id) as Place, at).slice(1),
  )

function* lettersBefore(reader: Reader, vendor: string, query: DeadLetterQuery): Iterable<DeadLetter> {
  const all = under(vendor)
  const to = query.after === undefined ? all.to : [vendor, ...positionOf(query.after)]
  for (const { key } of reader.range(deadLettersByTime, { ...all, to, reverse: true })) {
    const place = placeOfKey(key)
    if (query.bot !== undefined && place.bot !== query.bot) continue
    if (query.conversation !== undefined && place.conversation !== query.conversation) continue
    const record = reader.get(deadLetters, keyOf(place))
    if (record) yield describe(reader, place, record)
  }
}

const placeOfKey = ([vendor, , conversation, bot, number, group]: Key): Place =>
  ({ vendor, conversation, bot, number, group }) as Place

const describe = (reader: Reader, place: Place, { at, cause, tries, about }: DeadLetterRecord): DeadLetter => ({
  id: idOf(place),
  conversation: place.conversation,
  bot: place.bot,
  ...(place.group !== undefined && { group: place.group }),
  revision: place.group === undefined ? place.number : 0,
  at,
  cause,
  tries,
  about: describeAbout(reader, place, about),
})

const describeAbout = (reader: Reader, seat: Seat, about: DeadLetterRecord['about']): DeadLetterAbout => {
  if ('state' in about) return { kind: 'state', state: about.state }
  if ('timer' in about) return { kind: 'timer', timer: { id: about.timer, due: about.due } }
  const [message] = messagesAt(reader, seat.vendor, seat.conversation, [about.seq])
  return { kind: 'message', seq: about.seq, ...(message && { message }) }
}

/** Takes a letter away, and lets what it is about wait for its bot again. */
export const retryLetter = (tx: Transaction, vendor: string, id: string): Retried => {
  const place = placeOf(vendor, id)
  const record = place && tx.get(deadLetters, keyOf(place))
  if (!place || !record) return 'unknown'
  if (place.group !== undefined) return { refused: 'It is a letter of a queue, which gives it again' }
  const refused = giveAgain(tx, place, record.about)
  if (refused !== undefined) return { refused }
  removeLetter(tx, place, record)
  forgetTries(tx, place)
  refreshWaiting(tx, place)
  return 'retried'
}

/** Answers why it can't be done, where it can't. */
const giveAgain = (tx: Transaction, seat: Seat, about: DeadLetterRecord['about']): string | undefined => {
  if ('state' in about) return 'A state is not given to a bot again: drop the letter when nobody needs it'
  return 'timer' in about ? giveTimerAgain(tx, seat, about) : giveMessageAgain(tx, seat, about.seq)
}

const giveTimerAgain = (tx: Transaction, seat: Seat, { timer, due }: { timer: string; due: number }) => {
  if (tx.get(timers, [...seatKey(seat), timer]) !== undefined)
    return `The bot has set the timer "${timer}" anew since: drop the letter`
  setTimer(tx, seat, { id: timer, due })
  return undefined
}

const giveMessageAgain = (tx: Transaction, seat: Seat, seq: number): string | undefined => {
  const [message] = messagesAt(tx, seat.vendor, seat.conversation, [seq])
  if (!message) return 'The journal does not keep the message any more: drop the letter'
  if (message.handoff) return giveAhead(tx, seat, seq)
  const { again = [], skipped, ...standing } = standingOf(tx, seat)
  // What was passed over and is not behind `processed` yet simply waits again.
  const left = skipped.filter((each) => each !== seq)
  const more = left.length < skipped.length ? again : [...again, seq].sort((one, other) => one - other)
  tx.put(standings, seatKey(seat), { ...standing, skipped: left, ...(more.length > 0 && { again: more }) })
  return undefined
}

/** What a hand-over tells a bot goes first, wherever its place in the journal is. */
const giveAhead = (tx: Transaction, seat: Seat, seq: number): undefined => {
  const standing = standingOf(tx, seat)
  const skipped = standing.skipped.filter((each) => each !== seq)
  tx.put(standings, seatKey(seat), { ...standing, skipped, ahead: [...(standing.ahead ?? []), seq] })
}

/** Whether there was such a letter. */
export const dropLetter = (tx: Transaction, vendor: string, id: string): boolean => {
  const place = placeOf(vendor, id)
  const record = place && tx.get(deadLetters, keyOf(place))
  if (!place || !record) return false
  removeLetter(tx, place, record)
  return true
}

const removeLetter = (tx: Transaction, place: Place, { at }: DeadLetterRecord): void => {
  tx.remove(deadLetters, keyOf(place))
  tx.remove(deadLettersByTime, byTimeKey(place, at))
}
