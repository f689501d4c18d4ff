import type { Transaction } from '../kv/port.js'
import { appendMessage, type Room } from './append.js'
import { isAway } from './handoffs/chains.js'
import type { FeedEntry } from './port.js'
import { bots } from './tables.js'

/**
 * Says in the bot's name what it has announced for when something was given up, at this revision of its state. Where it has
 * handed the conversation over, it says nothing.
 */
export const apologise = (tx: Transaction, room: Room, bot: string, revision: number, now: number): FeedEntry[] => {
  const apology = tx.get(bots, [room.vendor, bot])?.apology
  if (!apology || isAway(room.handoffs, bot)) return []
  const payload = new TextEncoder().encode(apology)
  const id = `${revision}.0`
  return [appendMessage(tx, room, { from: bot, id, at: now, type: 'text', contentType: 'text/plain', payload })]
}
