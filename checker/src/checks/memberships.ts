import { membership, readChange } from '../history/membership.js'
import type { Line, Story } from '../history/story.js'
import type { Violation } from './violation.js'

/** Only members speak; who comes and goes is what was asked for, and what everybody is told. */
export const checkMemberships = (story: Story): Violation[] => [
  ...[...story.rooms]
    .filter(([, { open }]) => open)
    .flatMap(([conversation]) => [...checkSpeakers(conversation, story), ...checkChanges(conversation, story)]),
  ...checkAnswers(story),
]

const linesOf = (conversation: string, { journals }: Story): readonly Line[] => journals.get(conversation) ?? []

const timesOf = (conversation: string, story: Story) =>
  membership(story.rooms.get(conversation)?.members ?? [], linesOf(conversation, story))

const checkSpeakers = (conversation: string, story: Story): Violation[] => {
  const times = timesOf(conversation, story)
  return linesOf(conversation, story).flatMap(({ n, seq, from, text }) =>
    times.after(seq - 1).has(from)
      ? []
      : [{ rule: 'stranger', says: `${from} said ${text} in ${conversation} and was no member`, events: [n] }],
  )
}

const checkChanges = (conversation: string, story: Story): Violation[] => {
  const times = timesOf(conversation, story)
  return linesOf(conversation, story).flatMap((line) => {
    const found = readChange(line)
    if (!found) return []
    const { from, seq, n } = line
    const asked = story.changes.filter(
      ({ client, change, about, ...op }) =>
        op.conversation === conversation &&
        client === from &&
        change === found.change &&
        found.clients.includes(about) &&
        op.end?.type !== 'fail',
    )
    const says = `seq ${seq} of ${conversation} says that ${found.clients.join(', ')} ${found.change}`
    if (asked.length === 0) return [{ rule: 'phantom', says: `${says}, which ${from} never asked for`, events: [n] }]
    const before = times.after(seq - 1)
    const idle = found.clients.filter((client) => before.has(client) === (found.change === 'joined'))
    if (idle.length > 0) return [{ rule: 'changed twice', says: `${says}, and it was so before`, events: [n] }]
    return []
  })
}

/** What an answer, or the server in the end, says of the members is what the journal says. */
const checkAnswers = (story: Story): Violation[] => {
  if (!story.whole) return []
  const told = [
    ...story.changes.flatMap(({ n, ms, who, conversation, end }) => {
      if (!end?.found || story.losses.ofAcknowledged({ ms }, { who, ms: end.ms }, conversation).length > 0) return []
      return [{ conversation, ...end.found, events: [n, end.n] }]
    }),
    ...[...story.members].map(([conversation, found]) => ({ conversation, ...found, events: [found.n] })),
  ]
  return told.flatMap(({ conversation, members, head, events }) => {
    const expected = [...timesOf(conversation, story).after(head)].sort()
    if ([...members].sort().join() === expected.join()) return []
    const says = `at seq ${head} ${conversation} had ${[...members].sort()}, and its journal says ${expected}`
    return [{ rule: 'members', says, events }]
  })
}
