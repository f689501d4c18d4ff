import type { Story } from '../history/story.js'
import { grouped } from './grouped.js'
import type { Violation } from './violation.js'

/** The inbox of each member has every message of its conversations once, in the order of each. */
export const checkInboxes = (story: Story): Violation[] => {
  if (!story.whole) return []
  return [...story.inboxes].flatMap(([client, entries]) => {
    const byConversation = grouped(entries, ({ conversation }) => conversation)
    const own = [...story.rooms].filter(([, { members }]) => members.includes(client)).map(([id]) => id)
    const strange = [...byConversation.keys()].filter((conversation) => !own.includes(conversation))
    return [
      ...strange.map((conversation) => ({
        rule: 'stranger',
        says: `the inbox of ${client} has messages of ${conversation}, where it is no member`,
        events: byConversation.get(conversation)?.map(({ n }) => n) ?? [],
      })),
      ...own.flatMap((conversation) => {
        const seqs = byConversation.get(conversation) ?? []
        const head = story.journals.get(conversation)?.length ?? 0
        const broken = seqs.findIndex(({ seq }, index) => seq !== index + 1)
        if (broken < 0 && seqs.length === head) return []
        const place = broken < 0 ? seqs.length : broken
        const says = `the inbox of ${client} has seq ${seqs[place]?.seq ?? 'no'} of ${conversation} where ${place + 1} belongs`
        return [{ rule: 'inbox', says, events: seqs.slice(Math.max(0, place - 1), place + 1).map(({ n }) => n) }]
      }),
    ]
  })
}
