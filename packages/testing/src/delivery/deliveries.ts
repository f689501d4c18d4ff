import type { CommitTurn } from '@daakia/protocol'
import type { Acknowledged } from './acknowledgements.js'
import { type Anomaly, type Delivered, times, written } from './anomaly.js'

/** What a person sent in a conversation, as their own copy of it says. */
export interface Sent {
  person: string
  /** On which of the person's devices. */
  device: string
  conversation: string
  seq: number
  text: string
}

/** What came to a device in a conversation, in the order in which it came. */
export interface Heard {
  user: string
  conversation: string
  /** `seq` of what was the newest before it listened. */
  since: number
  messages: readonly Delivered[]
  /** It has no connection: what came last may not be all. */
  isAway: boolean
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
  /** What was sent and has not been acknowledged: it may be stored. */
  unacknowledged: readonly Pick<Sent, 'person' | 'conversation'>[]
  heard: readonly Heard[]
  /** In the order in which it was answered. */
  applied: readonly Applied[]
}

/** Who was not told something, or more than once; what was stored, or handled, more than once. */
export const notExactlyOnce = (deliveries: Deliveries): Anomaly[] => [
  ...[...deliveries.journals].flatMap(([conversation, journal]) => storedTwice(conversation, journal)),
  ...saidOnce(deliveries),
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

/** Of what a person has sent, no more is in the journal under whatever ids. What others send in their name is not known. */
const saidOnce = ({ journals, sent, unacknowledged }: Deliveries): Anomaly[] =>
  distinct(sent).flatMap((each) => {
    const { person, conversation, text } = each
    if (unacknowledged.some((other) => other.person === person && other.conversation === conversation)) return []
    const entries = (journals.get(conversation) ?? []).filter((entry) => entry.from === person && entry.text === text)
    const said = sent.filter((other) => isSame(each, other)).length
    return distinctIds(entries)
      .slice(said)
      .map((entry) => ({
        kind: 'doubled',
        text: `${conversation} has ${written(entry)}, which was said ${times(said)}`,
      }))
  })

const isSame = (one: Sent, other: Sent): boolean =>
  one.person === other.person && one.conversation === other.conversation && one.text === other.text

const distinct = (sent: readonly Sent[]): Sent[] =>
  sent.filter((one, index) => sent.findIndex((other) => isSame(one, other)) === index)

/** Those of one id are told by the id. */
const distinctIds = (entries: readonly Delivered[]): Delivered[] =>
  [...new Map(entries.toReversed().map((entry) => [entry.id, entry])).values()].toReversed()

const notStored = (
  { user, conversation, id, text }: Acknowledged & { user: string },
  journal: readonly Delivered[],
): Anomaly[] => {
  if (journal.some((entry) => entry.id === id && entry.from === user)) return []
  const told = `${JSON.stringify(text)} of ${user}, which the server has acknowledged, is not in ${conversation}`
  return [{ kind: 'lost', text: told }]
}

/** What came before it listened need not come. */
const notHeard = ({ user, conversation, since, messages, isAway }: Heard, journal: readonly Delivered[]): Anomaly[] => {
  const heard = new Set(messages.map(({ seq }) => seq))
  const last = isAway ? Math.max(since, ...heard) : Number.POSITIVE_INFINITY
  return journal
    .filter(({ seq }) => seq > since && seq <= last && !heard.has(seq))
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
  return sent.flatMap(({ device, conversation, seq }) => {
    const key = `${device} ${conversation}`
    const before = last.get(key) ?? 0
    last.set(key, seq)
    if (before <= seq) return []
    const text = `what ${device} sent after message ${before} of ${conversation} became message ${seq}`
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
