import { ConversationInfo, RosterPage } from '@daakia/protocol'
import { Visitor } from '../devices/visitor.js'
import type { Recorder } from '../history/recorder.js'
import type { Cast } from '../plan/cast.js'

/** Notes every journal, and every inbox from its beginning, as the server has them now. */
export const readAll = async (port: () => number, { rooms }: Cast, recorder: Recorder): Promise<void> => {
  const clients = [...new Set(rooms.flatMap(({ members }) => members))]
  for (const client of clients) {
    const visitor = await Visitor.connect(port(), client)
    // Who made it has not left.
    for (const { id } of rooms.filter(({ members }) => members[0] === client)) {
      if (!id.includes('~')) {
        const { members, head } = ConversationInfo.parse(await visitor.call('conversations/get', { id }))
        recorder.note('checker', { what: 'members', type: 'ok', conversation: id, members, head })
      }
      for (const line of await visitor.journal(id))
        recorder.note('checker', { what: 'journal', type: 'ok', conversation: id, ...line })
    }
    const { entries } = RosterPage.parse(await visitor.call('roster/read', { limit: 1_000 }))
    for (const { conversation, head, delivered, read, unread } of entries) {
      const standing = { conversation, head, delivered, read, unread }
      recorder.note('checker', { what: 'roster', type: 'ok', client, ...standing })
    }
    for (const place of await visitor.inbox()) recorder.note('checker', { what: 'inbox', type: 'ok', client, ...place })
    visitor.close()
  }
}
