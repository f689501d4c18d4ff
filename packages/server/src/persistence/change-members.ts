import { mostMembers, writeBody } from '@daakia/protocol'
import type { Transaction } from '../kv/port.js'
import { checkBelongs, checkSpeaker, type Room } from './append.js'
import { isBot } from './bots.js'
import { takeSeat } from './enlist.js'
import { HandedOver, TooManyMembers } from './errors.js'
import { chainFrom, guestsOf, type Handoffs, hearersOf, isGuest, isQueued } from './handoffs/chains.js'
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
  const guest = joined.find((client) => isGuest(room.handoffs, client))
  if (guest !== undefined) throw new HandedOver(guest)
  const members = [...room.members, ...joined]
  if (members.length > mostMembers) throw new TooManyMembers(room.members.length, mostMembers)
  const changed = write(tx, room, change, { members, joined, left: [] })
  for (const client of joined) seat(tx, room, client, changed.said.message.seq)
  noteMessage(tx, { ...changed.said, members }, room.handoffs)
  return changed
}

const leave = (tx: Transaction, room: Room, change: MembersChange, clients: Set<string>): Changed | undefined => {
  const left = room.members.filter((client) => clients.has(client))
  if (left.length === 0) return undefined
  checkBelongs(room, change)
  const members = room.members.filter((client) => !clients.has(client))
  const ended = left.flatMap((client) => chainFrom(room.handoffs, client))
  const handoffs = room.handoffs?.filter((each) => !ended.includes(each))
  const changed = write(tx, { ...room, handoffs }, change, { members, joined: [], left })
  const unseated = ended.filter((each) => !isQueued(room.handoffs, each))
  for (const bot of [...left, ...guestsOf(unseated)]) vacate(tx, { ...room, bot })
  if (room.closedAt === undefined) noteMessage(tx, { ...changed.said, members }, handoffs)
  return unseating(changed, unseated)
}

const close = (tx: Transaction, room: Room, change: MembersChange): Changed | undefined => {
  if (room.closedAt !== undefined) return undefined
  checkBelongs(room, change)
  const after = { ...room, closedAt: change.at, handoffs: undefined }
  const changed = write(tx, after, change, { members: room.members, joined: [], left: [] })
  for (const bot of room.members) if (isBot(tx, room.vendor, bot)) retire(tx, { ...room, bot })
  for (const bot of guestsOf(room.handoffs)) vacate(tx, { ...room, bot })
  return unseating(changed, room.handoffs)
}

/** What a bot that goes had handed over is over too. */
const unseating = (changed: Changed, ended: Handoffs): Changed =>
  ended && ended.length > 0 ? { ...changed, membership: { ...changed.membership, unseated: guestsOf(ended) } } : changed

const write = (
  tx: Transaction,
  { vendor, conversation, members: before, tails, closedAt, handoffs = [] }: Room,
  change: MembersChange,
  after: Pick<MembershipEntry, 'members' | 'joined' | 'left'>,
): Changed => {
  const { from, fromRole, id, at } = change
  const key = [vendor, conversation]
  const { handoffs: _, ...record } = tx.get(conversations, key) as ConversationRecord
  tx.put(conversations, key, {
    ...{ ...record, members: after.members },
    ...(closedAt !== undefined && { closedAt }),
    ...(handoffs.length > 0 && { handoffs }),
  })
  const clients = [...after.joined, ...after.left]
  const body = writeBody('member', { change: change.change, clients: clients.length > 0 ? clients : [from] })
  const message = appendToJournal(
    tx,
    { vendor, conversation, tails },
    { from, ...(fromRole && { fromRole }), id, at, ...body },
  )
  return {
    said: {
      ...{ vendor, conversation, members: [...before, ...after.joined], message },
      ...(handoffs.length > 0 && { hearers: hearersOf(after.members, handoffs) }),
    },
    membership: { vendor, conversation, ...after, seq: message.seq, at, closed: closedAt !== undefined },
  }
}

const seat = (tx: Transaction, { vendor, conversation }: Room, client: string, seq: number): void => {
  tx.put(joins, [vendor, conversation, client], seq)
  if (isBot(tx, vendor, client)) takeSeat(tx, { vendor, conversation, bot: client }, seq)
}
