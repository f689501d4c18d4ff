import type { Key } from '../kv/port.js'

/** A bot's place in a conversation. */
export interface Seat {
  vendor: string
  conversation: string
  bot: string
}

export const seatKey = ({ vendor, conversation, bot }: Seat): Key => [vendor, conversation, bot]
