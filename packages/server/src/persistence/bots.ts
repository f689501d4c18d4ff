import type { Reader } from '../kv/port.js'
import { fromRecord } from './message-record.js'
import type { JournalMessage } from './port.js'
import type { Seat } from './seat.js'
import { bots, journal } from './tables.js'

export const isBot = (reader: Reader, vendor: string, client: string): boolean =>
  reader.get(bots, [vendor, client]) !== undefined

/**
 * Two bots in one room must not talk for ever: a bot hears another one only where the message names it, and not when
 * they have named each other so often that it can only be a loop.
 */
export const isFor = (reader: Reader, seat: Seat, message: JournalMessage): boolean => {
  const { from, to } = message
  if (from === seat.bot) return false
  if (!isBot(reader, seat.vendor, from)) return true
  return to === seat.bot && !isLoop(reader, seat, message)
}

/** So many messages of bots to bots, with nobody else's among them, in so long a time are a loop. */
const mostInARow = 20
const rowMs = 600_000
const mostLookedAt = 200

const isLoop = (reader: Reader, { vendor, conversation }: Seat, { seq, at }: JournalMessage): boolean => {
  const before = { from: [vendor, conversation], to: [vendor, conversation, seq], reverse: true, limit: mostLookedAt }
  let row = 0
  for (const { key, value } of reader.range(journal, before)) {
    const earlier = value && fromRecord(key[2] as number, value)
    if (!earlier || !isBot(reader, vendor, earlier.from) || earlier.at < at - rowMs) return false
    if (earlier.to !== undefined && ++row >= mostInARow) return true
  }
  return false
}
