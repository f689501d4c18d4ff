import { membership } from '../history/membership.js'
import type { Story } from '../history/story.js'
import { grouped } from './grouped.js'
import type { Violation } from './violation.js'

/** The inbox of each client has every message that was said while it was a member once, in the order of its conversation. */
export const checkInboxes = (story: Story): Violation[] => {
  if (!story.whole) return []
  return [...story.inboxes].flatMap(([client, entries]) => {
    const byConversation = grouped(entries, ({ conversation }) => conversation)
    const own = [...story.rooms].filter(([, { members, open }]) => open || members.includes(client)).map(([id]) => id)
    const strange = [...byConversation.keys()].filter((conversation) => !own.includes(conversation))
    return [
      ...strange.map((conversation) => ({
        rule: 'stranger',
        says: `the inbox of ${client} has messages of ${conversation}, where it is no member`,
        events: byConversation.get(conversation)?.map(({ n }) => n) ?? [],
      })),
      ...own.flatMap((conversation) => {
        const seqs = byConversation.get(conversation) ?? []
        const lines = story.journals.get(conversation) ?? []
        const belongs = membership(story.rooms.get(conversation)?.members ?? [], lines)
        const expected = lines.filter(({ seq }) => belongs.to(client, seq))
        const broken = seqs.findIndex(({ seq }, index) => seq !== expected[index]?.seq)
        if (broken < 0 && seqs.length === expected.length) return []
        const place = broken < 0 ? seqs.length : broken
        const says = `the inbox of ${client} has seq ${seqs[place]?.seq ?? 'none'} of ${conversation} where ${expected[place]?.seq ?? 'none'} belongs`
        return [{ rule: 'inbox', says, events: seqs.slice(Math.max(0, place - 1), place + 1).map(({ n }) => n) }]
      }),
    ]
  })
}
