import type { Reader } from '../kv/port.js'
import { type Handoffs, isAway, namesOf } from './handoffs/chains.js'
import { fromRecord } from './message-record.js'
import type { JournalMessage } from './port.js'
import type { Seat } from './seat.js'
import { bots, journal } from './tables.js'

export const isBot = (reader: Reader, vendor: string, client: string): boolean =>
  reader.get(bots, [vendor, client]) !== undefined

/**
 * Two bots in one room must not talk for ever: a bot hears another one only where the message names it, and not when
 * they have named each other so often that it can only be a loop. Who has handed the conversation over hears nobody; who
 * has it by that hears what the other one would.
 */
export const isFor = (reader: Reader, seat: Seat, message: JournalMessage, handoffs: Handoffs): boolean => {
  const { from, to } = message
  // What a hand-over tells a bot is given to it ahead of all else.
  if (from === seat.bot || message.handoff || isAway(handoffs, seat.bot)) return false
  if (!isBot(reader, seat.vendor, from)) return true
  return to !== undefined && namesOf(handoffs, seat.bot).includes(to) && !isLoop(reader, seat, message)
}

/** So many messages of bots to bots, with nobody else's among them, in so long a time are a loop. */
const mostInARow = 20
const rowMs = 600_000
const mostLookedAt = 200

/** Whether a message of a bot to a bot there would be one too many. */
export const isLoop = (
  reader: Reader,
  { vendor, conversation }: Pick<Seat, 'vendor' | 'conversation'>,
  { seq, at }: Pick<JournalMessage, 'seq' | 'at'>,
): boolean => {
  const before = { from: [vendor, conversation], to: [vendor, conversation, seq], reverse: true, limit: mostLookedAt }
  let row = 0
  for (const { key, value } of reader.range(journal, before)) {
    const earlier = value && fromRecord(key[2] as number, value)
    if (!earlier || !isBot(reader, vendor, earlier.from) || earlier.at < at - rowMs) return false
    if (earlier.to !== undefined && ++row >= mostInARow) return true
  }
  return false
}
