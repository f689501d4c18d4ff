import type { CommitTurn } from '@daakia/protocol'
import type { Acknowledged } from './acknowledgements.js'
import { type Anomaly, type Delivered, written } from './anomaly.js'

/** What a person sent in a conversation, as their own copy of it says. */
export interface Sent {
  user: string
  conversation: string
  seq: number
}

/** What a commit that was applied says of its turn. */
export type Applied = Pick<CommitTurn, 'conversation' | 'commitId' | 'revision' | 'processed' | 'checkpoint'> & {
  bot: string
}

/** All that is known of what was said, and to whom it came. */
export interface Deliveries {
  /** Whole, by the ids of conversations. */
  journals: ReadonlyMap<string, readonly Delivered[]>
  /** In the order in which it was sent. */
  sent: readonly Sent[]
  acknowledged: readonly (Acknowledged & { user: string })[]
  /** In the order in which it came: of each person, in each conversation. */
  heard: readonly { user: string; conversation: string; messages: readonly Delivered[] }[]
  /** In the order in which it was answered. */
  applied: readonly Applied[]
}

/** Who was not told something, or more than once; what was stored, or handled, more than once. */
export const notExactlyOnce = (deliveries: Deliveries): Anomaly[] => [
  ...[...deliveries.journals].flatMap(([conversation, journal]) => storedTwice(conversation, journal)),
  ...deliveries.acknowledged.flatMap((each) => notStored(each, deliveries.journals.get(each.conversation) ?? [])),
  ...deliveries.heard.flatMap((each) => [
    ...heardOnly(each, deliveries.journals.get(each.conversation) ?? []),
    ...notHeard(each, deliveries.journals.get(each.conversation) ?? []),
    ...heardTwice(each),
  ]),
  ...handled(deliveries.applied).filter(({ kind }) => kind === 'doubled'),
]

/** Who was told something earlier than what came before it; what was handled from a state that was not the newest. */
export const outOfOrder = (deliveries: Deliveries): Anomaly[] => [
  ...sentOutOfOrder(deliveries.sent),
  ...deliveries.heard.flatMap(heardOutOfOrder),
  ...handled(deliveries.applied).filter(({ kind }) => kind === 'stale'),
]

const storedTwice = (conversation: string, journal: readonly Delivered[]): Anomaly[] =>
  repeated(journal, ({ from, id }) => `${from} ${id}`).map((entry) => ({
    kind: 'doubled',
    text: `${conversation} has ${written(entry)} a second time`,
  }))

const notStored = (
  { user, conversation, id, text }: Acknowledged & { user: string },
  journal: readonly Delivered[],
): Anomaly[] => {
  if (journal.some((entry) => entry.id === id && entry.from === user)) return []
  const told = `${JSON.stringify(text)} of ${user}, which the server has acknowledged, is not in ${conversation}`
  return [{ kind: 'lost', text: told }]
}

type Heard = Deliveries['heard'][number]

/** From the first one on: who comes later hears nothing of what was said before. */
const notHeard = ({ user, conversation, messages }: Heard, journal: readonly Delivered[]): Anomaly[] => {
  const heard = new Set(messages.map(({ seq }) => seq))
  const first = Math.min(...heard)
  return journal
    .filter(({ seq }) => seq > first && !heard.has(seq))
    .map((entry) => ({
      kind: 'lost',
      text: `${user} has not heard ${written(entry)}, in ${conversation}`,
      mayCome: true,
    }))
}

/** What was said before it was stored, and never was. */
const heardOnly = ({ user, conversation, messages }: Heard, journal: readonly Delivered[]): Anomaly[] => {
  const stored = new Map(journal.map((entry) => [entry.seq, entry]))
  return messages
    .filter(({ seq, id, text }) => stored.get(seq)?.id !== id || stored.get(seq)?.text !== text)
    .map((message) => ({
      kind: 'lost',
      text: `${user} has heard ${written(message)}, which is not in ${conversation}`,
    }))
}

const heardTwice = ({ user, conversation, messages }: Heard): Anomaly[] =>
  repeated(messages, ({ seq }) => seq).map((message) => ({
    kind: 'doubled',
    text: `${user} has heard ${written(message)} twice, in ${conversation}`,
  }))

const heardOutOfOrder = ({ user, conversation, messages }: Heard): Anomaly[] =>
  messages.flatMap((message, at) => {
    const before = messages[at - 1]
    if (!before || before.seq <= message.seq) return []
    const text = `${user} has heard ${written(message)} after message ${before.seq}, in ${conversation}`
    return [{ kind: 'reordered', text }]
  })

const sentOutOfOrder = (sent: readonly Sent[]): Anomaly[] => {
  const last = new Map<string, number>()
  return sent.flatMap(({ user, conversation, seq }) => {
    const key = `${user} ${conversation}`
    const before = last.get(key) ?? 0
    last.set(key, seq)
    if (before <= seq) return []
    const text = `what ${user} sent after message ${before} of ${conversation} became message ${seq}`
    return [{ kind: 'reordered', text }]
  })
}

/** Each commit starts from the state that the one before it made. */
const handled = (applied: readonly Applied[]): Anomaly[] => {
  const last = new Map<string, Applied>()
  const seen = new Set<string>()
  return applied.flatMap((commit): Anomaly[] => {
    const { bot, conversation, commitId, revision, processed } = commit
    if (seen.has(commitId)) return []
    seen.add(commitId)
    const key = `${bot} ${conversation}`
    const before = last.get(key)
    last.set(key, commit)
    if (!before || revision > before.revision) return []
    if (processed === before.processed && !before.checkpoint)
      return [{ kind: 'doubled', text: `${bot} has handled message ${processed} of ${conversation} twice` }]
    const text = `${bot} has handled message ${processed} of ${conversation} from revision ${revision}, after which another turn was stored`
    return [{ kind: 'stale', text }]
  })
}

const repeated = <T>(all: readonly T[], keyOf: (one: T) => unknown): T[] => {
  const seen = new Set<unknown>()
  return all.filter((one) => {
    const key = keyOf(one)
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
}
