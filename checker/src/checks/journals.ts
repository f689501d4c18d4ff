import type { Loss } from '../history/losses.js'
import { membership } from '../history/membership.js'
import type { Line, Sent, Story } from '../history/story.js'
import { grouped } from './grouped.js'
import type { Violation } from './violation.js'

/** What was acknowledged is in the journal, once, as it was said and where it was said to be, and nothing else is. */
export const checkJournals = (story: Story): Violation[] => [
  ...[...story.journals].flatMap(([conversation, lines]) => [
    ...checkDense(conversation, lines),
    ...checkIds(conversation, lines),
  ]),
  ...checkMessages(story),
  ...checkOrder(story),
  ...checkHoles(story),
]

/** What was acknowledged, and is gone with a master of Redis, as far as that may be. */
export const lostOf = (story: Story): readonly Sent[] =>
  story.whole ? story.sent.filter((op) => lossesOf(op, story).length > 0 && !isWhereTold(op, story)) : []

/** Those that may have taken the message along of which its sender was told. */
export const lossesOf = ({ who, ms, conversation, end }: Sent, { losses }: Story): readonly Loss[] =>
  end?.type === 'ok' ? losses.ofAcknowledged({ ms }, { who, ms: end.ms }, conversation) : []

const isWhereTold = ({ client, conversation, text, end }: Sent, { journals }: Story): boolean => {
  const lines = journals.get(conversation) ?? []
  const isIt = (line: Line | undefined) => line?.from === client && line.text === text
  return end?.seq === undefined ? lines.some(isIt) : isIt(lines[end.seq - 1])
}

const checkDense = (conversation: string, lines: readonly Line[]): Violation[] => {
  const broken = lines.findIndex(({ seq }, index) => seq !== index + 1)
  const found = lines[broken]
  if (!found) return []
  const says = `the journal of ${conversation} has seq ${found.seq} where ${broken + 1} belongs`
  return [{ rule: 'gap', says, events: lines.slice(Math.max(0, broken - 1), broken + 1).map(({ n }) => n) }]
}

const checkIds = (conversation: string, lines: readonly Line[]): Violation[] =>
  [...grouped(lines, ({ from, id }) => `${from} ${id}`).values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      rule: 'doubled',
      says: `${same[0]?.from}'s message ${same[0]?.id} is in ${conversation} ${same.length} times`,
      events: same.map(({ n }) => n),
    }))

const keyOf = (client: string, conversation: string, text: string) => `${client} ${conversation} ${text}`

const checkMessages = (story: Story): Violation[] => {
  const sent = grouped(story.sent, ({ client, conversation, text }) => keyOf(client, conversation, text))
  const lines = new Map<string, Line[]>()
  for (const [conversation, journal] of story.journals) {
    const bots = story.rooms.get(conversation)?.bots ?? []
    const said = journal.filter(({ from, kind }) => !bots.includes(from) && kind !== 'member')
    for (const [key, same] of grouped(said, ({ from, text }) => keyOf(from, conversation, text))) lines.set(key, same)
  }
  const unknown = [...lines].filter(([key]) => !sent.has(key)).flatMap(([, found]) => phantom(found))
  return [...unknown, ...[...sent].flatMap(([key, ops]) => checkMessage(ops, lines.get(key) ?? [], story))]
}

const phantom = (lines: readonly Line[]): Violation[] =>
  lines.map(({ n, from, text }) => ({
    rule: 'phantom',
    says: `nobody has sent what ${from} says: ${text}`,
    events: [n],
  }))

/** What became of one message, whose copies were sent by these operations. */
const checkMessage = (ops: readonly Sent[], lines: readonly Line[], story: Story): Violation[] => {
  const [first] = ops
  if (!first) return []
  const name = `${first.client}'s ${first.text} in ${first.conversation}`
  const events = [...ops.flatMap(eventsOf), ...lines.map(({ n }) => n)]
  const violations: Violation[] = []
  const break_ = (rule: string, says: string) => violations.push({ rule, says: `${name} ${says}`, events })
  const acknowledged = ops.filter((op) => op.end?.type === 'ok' && lossesOf(op, story).length === 0)
  if (story.whole && acknowledged.length > 0 && lines.length === 0) break_('lost', 'was acknowledged and is not there')
  if (lines.length > 0 && ops.every(({ end }) => end?.type === 'fail')) break_('refused', 'was refused and is there')
  if (lines.length > mostCopies(ops)) break_('doubled', `is there ${lines.length} times`)
  const wrongId = lines.find(({ id }) => first.id !== undefined && first.id !== id)
  if (wrongId) break_('altered', `has the id ${wrongId.id} and was sent with ${first.id}`)
  const told = acknowledged.find(({ end }) => end?.seq !== undefined && !lines.some(({ seq }) => seq === end.seq))
  if (told && lines.length > 0)
    break_('misplaced', `was acknowledged as seq ${told.end?.seq} and is at ${seqsOf(lines)}`)
  return violations
}

/** Without an id, and without a session that takes it once, what is sent again may be taken again. */
const mostCopies = (ops: readonly Sent[]): number => {
  const again = ops.filter(({ once }) => !once)
  if (again.length === 0) return 1
  return again.reduce((sum, { end }) => sum + (end?.copies ?? Number.POSITIVE_INFINITY), 0)
}

const seqsOf = (lines: readonly Line[]): string => lines.map(({ seq }) => seq).join(', ')

const eventsOf = ({ n, end }: Sent): number[] => (end ? [n, end.n] : [n])

/** What a connection says in a conversation comes in its order, also where it had to be sent again. */
const checkOrder = (story: Story): Violation[] => {
  const { sent, journals } = story
  const places = new Map<string, Line>()
  for (const [conversation, lines] of journals)
    for (const line of lines) {
      const key = keyOf(line.from, conversation, line.text)
      if (!places.has(key)) places.set(key, line)
    }
  const ordered = sent.filter((op) => op.ordered && !mayBeSaidAgain(op, story))
  return [...grouped(ordered, ({ who, conversation }) => `${who} ${conversation}`).values()].flatMap((ops) => {
    const placed = ops.flatMap((op) => {
      const line = places.get(keyOf(op.client, op.conversation, op.text))
      return line ? [{ op, line }] : []
    })
    return checkPlaces(placed, journals.get(ops[0]?.conversation ?? '') ?? [])
  })
}

/** The SDK says again what was acknowledged, and of which it is told that it is gone: after what was taken meanwhile. */
const mayBeSaidAgain = ({ who, ms, conversation, end }: Sent, { listeners, losses }: Story): boolean =>
  listeners.some(({ name, way }) => name === who && way === 'sdk') &&
  losses
    .of(conversation)
    .some(({ fromMs, untilMs }) => ms <= untilMs && (end?.ms ?? Number.POSITIVE_INFINITY) >= fromMs)

interface Placed {
  op: Sent
  line: Line
}

/** What one connection said in a conversation, in that order. */
const checkPlaces = (placed: readonly Placed[], journal: readonly Line[]): Violation[] => {
  const seqs: number[] = []
  let last: Placed | undefined
  for (const next of placed) {
    const { op, line } = next
    if (!last || line.seq > last.line.seq) last = next
    else if (!hasJoined(op.client, journal, { after: lowerThan(line.seq, seqs), before: line.seq })) {
      const says = `${op.who} said ${last.op.text} before ${op.text} in ${op.conversation}, and the journal has them the other way round`
      return [{ rule: 'reordered', says, events: [last.op.n, op.n, line.n, last.line.n] }]
    }
    seqs.push(line.seq)
  }
  return []
}

const lowerThan = (seq: number, seqs: readonly number[]): number => Math.max(0, ...seqs.filter((other) => other < seq))

/**
 * Whether the client came in between. What it sent before that was refused: where the refusal was lost with the
 * connection, it goes again with the next one, after what was taken meanwhile.
 */
const hasJoined = (client: string, journal: readonly Line[], between: { after: number; before: number }): boolean =>
  membership([], journal).changes.some(
    ({ seq, change, clients }) =>
      change === 'joined' && clients.includes(client) && seq > between.after && seq < between.before,
  )

/** A master that dies takes along what it has taken last: where something of it is gone, nothing is kept that came after it. */
const checkHoles = (story: Story): Violation[] =>
  [...grouped(lostOf(story), ({ conversation }) => conversation)].flatMap(([conversation, lost]) => {
    const once = [...grouped(story.sent, ({ who, text }) => `${who} ${text}`).values()].filter(
      ({ length }) => length === 1,
    )
    const kept = once.flat().filter((op) => op.conversation === conversation && isWhereTold(op, story))
    return lost.flatMap((op) => {
      const after = lossesOf(op, story).map(({ untilMs }) =>
        kept.find(({ end }) => end && end.ms <= untilMs && (end.seq ?? 0) > (op.end?.seq ?? Number.POSITIVE_INFINITY)),
      )
      const later = after.at(-1)
      if (!later || after.includes(undefined)) return []
      const says = `${op.text} is gone from seq ${op.end?.seq} of ${conversation}, and ${later.text}, which came after it, is there`
      return [{ rule: 'hole', says, events: [...eventsOf(op), ...eventsOf(later)] }]
    })
  })
