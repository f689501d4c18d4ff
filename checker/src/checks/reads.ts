import type { ReadDone, Story } from '../history/story.js'
import type { Violation } from './violation.js'

/** What a history read answers is what the journal has there, without a gap, and with all that was known before. */
export const checkReads = (story: Story): Violation[] => {
  const known = knownHeads(story)
  return story.reads.flatMap((read) => {
    const fresh = checkFresh(read, known.get(read.invoked))
    return [...checkLines(read, story).filter(({ rule }) => rule === 'gap' || !mayBeGone(read, story)), ...fresh]
  })
}

/** Whether what was read may be lost since, or was lost while it was read. */
const mayBeGone = ({ who, conversation, invoked, n }: ReadDone, { events, losses }: Story): boolean => {
  const [asked = 0, told = 0] = [events[invoked]?.ms, events[n]?.ms]
  return losses.of(conversation).some((loss) => told >= loss.fromMs && asked <= losses.lastNews(loss, who))
}

const checkLines = (read: ReadDone, { journals, whole }: Story): Violation[] => {
  const { who, conversation, after, limit, messages, head, invoked, n } = read
  const says = (what: string) => `${who} read ${conversation} ${what}`
  const first = after === undefined ? Math.max(1, head - limit + 1) : after + 1
  const last = after === undefined ? head : Math.min(head, after + limit)
  const expected = Math.max(0, last - first + 1)
  const broken = messages.findIndex(({ seq }, index) => seq !== first + index)
  // The journal may have grown between its head and its messages.
  if (broken >= 0 && after !== undefined)
    return [{ rule: 'gap', says: says(`with a gap at ${first + broken}`), events: [invoked, n] }]
  if (after !== undefined && messages.length < expected)
    return [
      { rule: 'short', says: says(`to ${messages.at(-1)?.seq ?? after} and not to ${last}`), events: [invoked, n] },
    ]
  const journal = journals.get(conversation) ?? []
  const wrong = messages.find(({ seq, from, id, at, text }) => {
    const line = journal[seq - 1]
    return line ? line.from !== from || line.id !== id || line.at !== at || line.text !== text : whole
  })
  if (!wrong) return []
  const line = journal[wrong.seq - 1]
  const events = line ? [invoked, n, line.n] : [invoked, n]
  return [{ rule: 'altered', says: says(`and found ${wrong.text} at ${wrong.seq}`), events }]
}

const checkFresh = ({ who, conversation, head, invoked, n }: ReadDone, known: Known | undefined): Violation[] => {
  if (!known || head >= known.seq) return []
  const says = `${who} read ${conversation} up to ${head}, after ${known.seq} was told to somebody`
  return [{ rule: 'stale', says, events: [known.n, invoked, n] }]
}

interface Known {
  seq: number
  n: number
}

/** By the event that invoked a read: the highest `seq` that somebody knew of then. */
const knownHeads = ({ events, sent, journals, losses, whole }: Story): Map<number, Known> => {
  const ends = new Map(sent.flatMap((op) => (op.end ? [[op.end.n, op] as const] : [])))
  const heads = new Map<string, Known>()
  const known = new Map<number, Known>()
  const learn = (conversation: string | undefined, seq: number | undefined, n: number) => {
    if (conversation !== undefined && seq !== undefined && seq > (heads.get(conversation)?.seq ?? 0))
      heads.set(conversation, { seq, n })
  }
  /** What is gone is not known any more. */
  const isKept = (conversation: string | undefined, seq: number | undefined, text: string | undefined) =>
    !whole ||
    losses.of(conversation ?? '').length === 0 ||
    journals.get(conversation ?? '')?.[(seq ?? 0) - 1]?.text === text
  for (const event of events) {
    if (event.what === 'send' && event.type === 'ok') {
      const { conversation, text } = ends.get(event.n) ?? {}
      if (isKept(conversation, event.seq, text)) learn(conversation, event.seq, event.n)
    } else if (event.what === 'hear') {
      if (isKept(event.conversation, event.seq, event.text)) learn(event.conversation, event.seq, event.n)
    } else if (event.what === 'read' && event.type === 'invoke') {
      const head = heads.get(event.conversation)
      if (head) known.set(event.n, head)
    }
  }
  return known
}
