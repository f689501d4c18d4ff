import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import { type Handoffs, holderOf, isStandIn } from './handoffs/chains.js'
import { firstOf, headOf } from './journal.js'
import type { BotStanding, Conversation, Founders, MembershipEntry } from './port.js'
import { archivedBefore } from './segments.js'
import { type ConversationRecord, conversations, retentions, type StandingRecord, standings } from './tables.js'

export const findConversation = (reader: Reader, vendor: string, id: string): Conversation | undefined => {
  const record = reader.get(conversations, [vendor, id])
  if (!record) return undefined
  const retention = reader.get(retentions, [vendor, id])
  const first = firstOf(reader, vendor, id)
  const archivedFrom = first > 1 ? archivedBefore(reader, vendor, id, first) : undefined
  return {
    id,
    ...record,
    first,
    ...(archivedFrom !== undefined && { archivedFrom }),
    head: headOf(reader, vendor, id),
    bots: botsIn(reader, vendor, id, record),
    ...(retention && { retention }),
  }
}

/** Makes the conversation where it does not exist; `undefined` where it does. */
export const foundConversation = (
  tx: Transaction,
  vendor: string,
  id: string,
  { members, at, by }: Founders,
): MembershipEntry | undefined => {
  if (tx.get(conversations, [vendor, id])) return undefined
  const unique = [...new Set(members)]
  const record: ConversationRecord = { members: unique, createdAt: at, ...(by !== undefined && { createdBy: by }) }
  tx.put(conversations, [vendor, id], record)
  return { vendor, conversation: id, members: unique, joined: unique, left: [], seq: 0, at, closed: false }
}

/** Whether it is the one that was there, with all its members. */
export const isStillThere = (
  reader: Reader,
  vendor: string,
  { id, createdAt, createdBy, members }: Conversation,
): boolean => {
  const record = reader.get(conversations, [vendor, id])
  if (record?.createdAt !== createdAt || record.createdBy !== createdBy) return false
  return members.every((member) => record.members.includes(member))
}

const botsIn = (
  reader: Reader,
  vendor: string,
  id: string,
  { members, handoffs }: Pick<ConversationRecord, 'members' | 'handoffs'>,
): BotStanding[] =>
  [...reader.range(standings, under(vendor, id))]
    .map(({ key, value }) => toStanding(key[2] as string, value, handoffs))
    .filter(({ bot }) => members.includes(bot) || isStandIn(handoffs, bot))

const toStanding = (
  bot: string,
  { processed, revision, public: state, parked, working }: StandingRecord,
  handoffs: Handoffs,
): BotStanding => {
  const holder = holderOf(handoffs, bot)
  return {
    bot,
    processed,
    revision,
    public: state,
    ...(parked && { parked: parked.reason }),
    ...(working !== undefined && { working: true as const }),
    ...(holder !== bot && { handedTo: holder }),
  }
}
