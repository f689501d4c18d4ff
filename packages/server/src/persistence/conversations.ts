import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import { firstOf, headOf } from './journal.js'
import type { BotStanding, Conversation } from './port.js'
import { type ConversationRecord, conversations, retentions, standings } from './tables.js'

export const findConversation = (reader: Reader, vendor: string, id: string): Conversation | undefined => {
  const record = reader.get(conversations, [vendor, id])
  if (!record) return undefined
  const retention = reader.get(retentions, [vendor, id])
  return {
    ...{ id, ...record, first: firstOf(reader, vendor, id), head: headOf(reader, vendor, id) },
    bots: botsIn(reader, vendor, id),
    ...(retention && { retention }),
  }
}

/** Makes the conversation where it does not exist. */
export const foundConversation = (
  tx: Transaction,
  vendor: string,
  id: string,
  { members, at }: { members: readonly string[]; at: number },
): Conversation => {
  const existing = findConversation(tx, vendor, id)
  if (existing) return existing
  const record: ConversationRecord = { members: [...new Set(members)], createdAt: at }
  tx.put(conversations, [vendor, id], record)
  return { id, ...record, first: 1, head: 0, bots: [] }
}

const botsIn = (reader: Reader, vendor: string, conversation: string): BotStanding[] =>
  [...reader.range(standings, under(vendor, conversation))].map(({ key, value }) => ({
    bot: key[2] as string,
    processed: value.processed,
    revision: value.revision,
    public: value.public,
    ...(value.parked && { parked: value.parked.reason }),
  }))
