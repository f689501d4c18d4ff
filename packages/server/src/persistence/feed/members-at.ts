import { readBody } from '@daakia/protocol'
import type { Reader } from '../../kv/port.js'
import { messagesAfter } from '../journal.js'
import type { JournalMessage } from '../port.js'

/** Who was in a conversation after this `seq`, by who is in it now and by what its journal tells of later changes. */
export const membersAt = (
  reader: Reader,
  { vendor, conversation, members }: { vendor: string; conversation: string; members: readonly string[] },
  seq: number,
): readonly string[] => membersBefore([...messagesAfter(reader, vendor, conversation, seq)].flatMap(changeIn), members)

export type MemberChange = ReturnType<typeof changeIn>[number]

/** Who was in it before these changes, by who is in it after them. */
export const membersBefore = (changes: readonly MemberChange[], members: readonly string[]): readonly string[] => {
  const found = new Set(members)
  for (const { change, clients } of changes.toReversed())
    for (const client of clients)
      if (change === 'joined') found.delete(client)
      else if (change === 'left') found.add(client)
  return [...found]
}

/** The change of who is in it that an entry tells of; none where it tells of something else. */
export const changeIn = (message: JournalMessage) => {
  if (message.type !== 'member') return []
  const read = readBody(message)
  return read.ok && read.type === 'member' ? [read.body] : []
}
