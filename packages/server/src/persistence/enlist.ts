import type { Transaction } from '../kv/port.js'
import { conversationsOf } from '../state/roster/tables.js'
import type { BotProfile } from './port.js'
import { isSeated, type Seat, seatKey } from './seat.js'
import { advanced, standingOf } from './standing.js'
import { bots, joins, standings } from './tables.js'
import { refreshWaiting } from './waiting.js'

/** Makes a client known as a bot; what was said in its conversations before waits for it from now on. */
export const enlistBot = (tx: Transaction, vendor: string, bot: string, profile: BotProfile): void => {
  const known = tx.get(bots, [vendor, bot]) !== undefined
  tx.put(bots, [vendor, bot], profile)
  if (known) return
  for (const conversation of conversationsOf(tx, vendor, bot)) {
    const seat = { vendor, conversation, bot }
    const joined = tx.get(joins, seatKey(seat))
    if (joined !== undefined) takeSeat(tx, seat, joined)
    if (isSeated(tx, seat)) refreshWaiting(tx, seat)
  }
}

/** The bot hears from the entry on with which it joined. */
export const takeSeat = (tx: Transaction, seat: Seat, joined: number): void => {
  const standing = standingOf(tx, seat)
  tx.put(standings, seatKey(seat), advanced(standing, { processed: Math.max(standing.processed, joined - 1) }))
}
