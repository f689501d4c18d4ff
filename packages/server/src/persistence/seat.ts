import type { Key, Reader } from '../kv/port.js'
import { isGuest } from './handoffs/chains.js'
import { type ConversationRecord, conversations } from './tables.js'

/** A bot's place in a conversation. */
export interface Seat {
  vendor: string
  conversation: string
  bot: string
}

/** What happens in a seat asks for its key many times: the newest one is kept. */
let latest: { seat?: Seat; key: Key } = { key: [] }

export const seatKey = (seat: Seat): Key => {
  if (latest.seat !== seat) latest = { seat, key: [seat.vendor, seat.conversation, seat.bot] }
  return latest.key
}

/** Whether the bot may take turns there: it is a member, or it was handed to it; and the conversation is open. */
export const hasSeat = (
  { members, closedAt, handoffs }: Pick<ConversationRecord, 'members' | 'closedAt' | 'handoffs'>,
  bot: string,
): boolean => closedAt === undefined && (members.includes(bot) || isGuest(handoffs, bot))

/** The same, of a conversation that has to be looked up. */
export const isSeated = (reader: Reader, { vendor, conversation, bot }: Seat): boolean => {
  const record = reader.get(conversations, [vendor, conversation])
  return record !== undefined && hasSeat(record, bot)
}
