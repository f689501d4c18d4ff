import type { Reader } from '../../kv/port.js'
import { messagesAfter } from '../journal.js'
import type { JournalMessage } from '../port.js'
import { conversations } from '../tables.js'
import { changeIn, membersBefore } from './members-at.js'
import type { FedEntry } from './tables.js'

/** What of a conversation comes after this `seq`, as its feed had it, for all who were in it. -1: from its founding on. */
export const fedFromJournal = (reader: Reader, vendor: string, conversation: string, after: number): FedEntry[] => {
  const record = reader.get(conversations, [vendor, conversation])
  if (!record) return []
  const messages = [...messagesAfter(reader, vendor, conversation, Math.max(after, 0))]
  let members = membersBefore(messages, record.members)
  const entries: FedEntry[] = []
  if (after < 0) entries.push(founding(members, record.createdAt))
  for (const message of messages) {
    const entry = entryFor(message, members)
    entries.push(entry)
    members = entry.change?.members ?? members
  }
  return entries
}

const founding = (members: readonly string[], at: number): FedEntry => ({
  seq: 0,
  change: { members, joined: members, left: [], at, closed: false },
})

const entryFor = (message: JournalMessage, before: readonly string[]): FedEntry => {
  const { seq, at } = message
  const [body] = changeIn(message)
  if (!body) return { seq, members: before }
  const joined = body.change === 'joined' ? body.clients : []
  const left = body.change === 'left' ? body.clients : []
  const members = [...before.filter((client) => !left.includes(client)), ...joined]
  return {
    seq,
    members: [...before, ...joined],
    change: { members, joined, left, at, closed: body.change === 'closed' },
  }
}
