import type { HistoryEvent } from '../history/event.js'
import type { Story } from '../history/story.js'
import type { Violation } from './violation.js'

type Receipt = HistoryEvent & { what: 'receipt' }
type Told = HistoryEvent & { what: 'told-receipt' }
type Final = HistoryEvent & { what: 'roster' }

/** Receipts never go back, what was acknowledged counts in the end, and unread is what others said after it. */
export const checkReceipts = (story: Story): Violation[] => {
  const finals = story.events.flatMap((event) => (event.what === 'roster' ? [event] : []))
  const told = story.events.flatMap((event) => (event.what === 'told-receipt' ? [event] : []))
  return [
    ...finals.flatMap((final) => checkFinal(final, story)),
    ...checkMonotonic(told, story),
    ...(story.whole ? checkTold(told, finals, story) : []),
  ]
}

/** The highest that was told, and the highest that was told and acknowledged. */
const bounds = ({ events, losses }: Story, { client, conversation }: Final) => {
  const ends = new Map(events.flatMap((event) => (event.what === 'receipt' ? [[event.op, event] as const] : [])))
  const own = events.filter(
    (event): event is Receipt & { type: 'invoke' } =>
      event.what === 'receipt' &&
      event.type === 'invoke' &&
      event.client === client &&
      event.conversation === conversation,
  )
  const highest = (told: typeof own, field: 'read' | 'delivered') =>
    Math.max(0, ...told.map(({ read = 0, delivered = 0 }) => (field === 'read' ? read : Math.max(read, delivered))))
  const acknowledged = own.filter((asked) => {
    const end = ends.get(asked.op)
    return end?.type === 'ok' && losses.ofAcknowledged(asked, end, conversation, client).length === 0
  })
  return { own, highest, acknowledged }
}

/** `seq` of the last message that the client said. */
const lastOf = (client: string, conversation: string, { journals }: Story): number =>
  journals.get(conversation)?.findLast(({ from }) => from === client)?.seq ?? 0

const checkFinal = (final: Final, story: Story): Violation[] => {
  const { n, client, conversation, head, delivered, read, unread } = final
  const where = `${client} in ${conversation}`
  const room = story.rooms.get(conversation)
  // Who comes again has read what was said before.
  if (!room || room.open) return []
  const { own, highest, acknowledged } = bounds(story, final)
  const violations: Violation[] = []
  const break_ = (rule: string, says: string) =>
    violations.push({ rule, says: `${where} ${says}`, events: [...own.slice(-3).map((event) => event.n), n] })
  const lines = story.journals.get(conversation) ?? []
  // Who speaks has read what was said before.
  const spoke = lastOf(client, conversation, story)
  for (const field of ['read', 'delivered'] as const) {
    if (final[field] < highest(acknowledged, field))
      break_('receipt lost', `has ${field} ${final[field]}, and ${highest(acknowledged, field)} was acknowledged`)
    if (final[field] > Math.max(spoke, highest(own, field)))
      break_('phantom receipt', `has ${field} ${final[field]}, which nobody told`)
  }
  if (!(read <= delivered && delivered <= head))
    break_('receipt', `has read ${read}, delivered ${delivered}, head ${head}`)
  const left = lines.filter(({ seq, from }) => seq > read && from !== client).length
  if (story.whole && unread !== left) break_('unread', `has ${unread} unread, and others said ${left} after ${read}`)
  return violations
}

const keyOf = ({ who, about, conversation }: Told) => `${who} ${about} ${conversation}`

const checkMonotonic = (told: readonly Told[], { losses }: Story): Violation[] => {
  const last = new Map<string, Told>()
  return told.flatMap((event) => {
    const before = last.get(keyOf(event))
    last.set(keyOf(event), event)
    if (!before || (event.read >= before.read && event.delivered >= before.delivered)) return []
    if (losses.ofNews(before, before.conversation, before.about).length > 0) return []
    const says = `${event.who} was told that ${event.about} went back in ${event.conversation}`
    return [{ rule: 'receipt backwards', says, events: [before.n, event.n] }]
  })
}

/** Who watches was told all that was acknowledged, and nothing that does not count in the end. */
const checkTold = (told: readonly Told[], finals: readonly Final[], story: Story): Violation[] =>
  [...new Map(told.map((event) => [keyOf(event), event])).values()].flatMap((event) => {
    const final = finals.find(
      ({ client, conversation }) => client === event.about && conversation === event.conversation,
    )
    if (!final) return []
    const { highest, acknowledged } = bounds(story, final)
    // Who hears somebody knows that it has read what was said before.
    const spoke = lastOf(event.about, event.conversation, story)
    const fits = (field: 'read' | 'delivered') =>
      Math.max(event[field], spoke) >= highest(acknowledged, field) && event[field] <= final[field]
    if ((fits('read') && fits('delivered')) || story.losses.ofNews(event, event.conversation, event.about).length > 0)
      return []
    const says = `${event.who} was told last that ${event.about} is at ${event.read} in ${event.conversation}, and it is at ${final.read}`
    return [{ rule: 'stale receipt', says, events: [event.n, final.n] }]
  })
