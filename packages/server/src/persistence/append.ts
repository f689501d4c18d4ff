import type { Reader, Transaction } from '../kv/port.js'
import { ClosedConversation, NotAMember, UnknownConversation } from './errors.js'
import { type Handoffs, hearersOf } from './handoffs/chains.js'
import { appendToJournal } from './journal.js'
import type { FeedEntry, NewMessage } from './port.js'
import { conversations } from './tables.js'
import type { Tails } from './tails.js'
import { noteMessage } from './waiting.js'

/** Where a message goes. */
export interface Room {
  vendor: string
  conversation: string
  members: readonly string[]
  tails: Tails
  /** Absent where it takes messages. */
  closedAt?: number
  handoffs?: Handoffs
}

/** @throws UnknownConversation */
export const roomOf = (reader: Reader, tails: Tails, vendor: string, conversation: string): Room => {
  const record = reader.get(conversations, [vendor, conversation])
  if (!record) throw new UnknownConversation(conversation)
  const { members, closedAt, handoffs } = record
  return {
    ...{ vendor, conversation, members, tails },
    ...(closedAt !== undefined && { closedAt }),
    ...(handoffs && { handoffs }),
  }
}

/** @throws NotAMember, ClosedConversation */
export const checkSpeaker = (room: Room, speaker: Pick<NewMessage, 'from' | 'fromRole'>): void => {
  checkBelongs(room, speaker)
  if (room.closedAt !== undefined) throw new ClosedConversation(room.conversation)
}

/** @throws NotAMember */
export const checkBelongs = ({ members }: Room, { from, fromRole }: Pick<NewMessage, 'from' | 'fromRole'>): void => {
  if (fromRole !== 'vendor' && !members.includes(from)) throw new NotAMember(from)
}

/** Adds a message to the journal and marks the conversation for the bots that it is for. */
export const appendMessage = (tx: Transaction, room: Room, message: NewMessage): FeedEntry => {
  const { vendor, conversation, members, handoffs } = room
  const hearers = handoffs && { hearers: hearersOf(members, handoffs) }
  const entry = { vendor, conversation, members, ...hearers, message: appendToJournal(tx, room, message) }
  const wakes = noteMessage(tx, entry, handoffs)
  return wakes.length > 0 ? { ...entry, wakes } : entry
}
