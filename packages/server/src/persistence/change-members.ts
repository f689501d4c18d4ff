import { mostMembers, writeBody } from '@daakia/protocol'
import type { Transaction } from '../kv/port.js'
import { checkBelongs, checkSpeaker, type Room } from './append.js'
import { isBot } from './bots.js'
import { takeSeat } from './enlist.js'
import { TooManyMembers } from './errors.js'
import { appendToJournal } from './journal.js'
import type { FeedEntry, MembersChange, MembershipEntry } from './port.js'
import { type ConversationRecord, conversations, joins } from './tables.js'
import { retire, vacate } from './vacate.js'
import { noteMessage } from './waiting.js'

/** What a change has written. */
export interface Changed {
  said: FeedEntry
  membership: MembershipEntry
}

/** Applies the change with its entry in the journal; `undefined` where there is nothing to change. */
export const changeMembers = (tx: Transaction, room: Room, change: MembersChange): Changed | undefined => {
  if (change.change === 'joined') return join(tx, room, change, new Set(change.clients))
  return change.change === 'left' ? leave(tx, room, change, new Set(change.clients)) : close(tx, room, change)
}

const join = (tx: Transaction, room: Room, change: MembersChange, clients: Set<string>): Changed | undefined => {
  checkSpeaker(room, change)
  const joined = [...clients].filter((client) => !room.members.includes(client))
  if (joined.length === 0) return undefined
  const members = [...room.members, ...joined]
  if (members.length > mostMembers) throw new TooManyMembers(room.members.length, mostMembers)
  const changed = write(tx, room, change, { members, joined, left: [] })
  for (const client of joined) seat(tx, room, client, changed.said.message.seq)
  noteMessage(tx, { ...changed.said, members })
  return changed
}

const leave = (tx: Transaction, room: Room, change: MembersChange, clients: Set<string>): Changed | undefined => {
  const left = room.members.filter((client) => clients.has(client))
  if (left.length === 0) return undefined
  checkBelongs(room, change)
  const members = room.members.filter((client) => !clients.has(client))
  const changed = write(tx, room, change, { members, joined: [], left })
  for (const bot of left) vacate(tx, { ...room, bot })
  if (room.closedAt === undefined) noteMessage(tx, { ...changed.said, members })
  return changed
}

const close = (tx: Transaction, room: Room, change: MembersChange): Changed | undefined => {
  if (room.closedAt !== undefined) return undefined
  checkBelongs(room, change)
  const changed = write(tx, { ...room, closedAt: change.at }, change, { members: room.members, joined: [], left: [] })
  for (const bot of room.members) if (isBot(tx, room.vendor, bot)) retire(tx, { ...room, bot })
  return changed
}

const write = (
  tx: Transaction,
  { vendor, conversation, members: before, tails, closedAt }: Room,
  change: MembersChange,
  after: Pick<MembershipEntry, 'members' | 'joined' | 'left'>,
): Changed => {
  const { from, fromRole, id, at } = change
  const key = [vendor, conversation]
  const record = tx.get(conversations, key) as ConversationRecord
  tx.put(conversations, key, { ...record, members: after.members, ...(closedAt !== undefined && { closedAt }) })
  const clients = [...after.joined, ...after.left]
  const body = writeBody('member', { change: change.change, clients: clients.length > 0 ? clients : [from] })
  const message = appendToJournal(
    tx,
    { vendor, conversation, tails },
    { from, ...(fromRole && { fromRole }), id, at, ...body },
  )
  return {
    said: { vendor, conversation, members: [...before, ...after.joined], message },
    membership: { vendor, conversation, ...after, seq: message.seq, at, closed: closedAt !== undefined },
  }
}

const seat = (tx: Transaction, { vendor, conversation }: Room, client: string, seq: number): void => {
  tx.put(joins, [vendor, conversation, client], seq)
  if (isBot(tx, vendor, client)) takeSeat(tx, { vendor, conversation, bot: client }, seq)
}
