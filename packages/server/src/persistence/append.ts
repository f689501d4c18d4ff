import type { Transaction } from '../kv/port.js'
import { appendToJournal } from './journal.js'
import type { FeedEntry, NewMessage } from './port.js'
import { noteMessage } from './waiting.js'

/** Where a message goes. */
export interface Room {
  vendor: string
  conversation: string
  members: readonly string[]
}

/** Adds a message to the journal and marks the conversation for the bots that it is for. */
export const appendMessage = (tx: Transaction, room: Room, message: NewMessage): FeedEntry => {
  const entry = { ...room, message: appendToJournal(tx, room.vendor, room.conversation, message) }
  noteMessage(tx, entry)
  return entry
}
