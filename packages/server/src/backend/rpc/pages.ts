import { type FoldedMessage, foldMessage, type History, referenceOf } from '@daakia/protocol'
import type { JournalMessage, Journals } from '../../persistence/port.js'
import { mostBytes } from '../portion.js'

/** The messages with `after < seq < before`: a page of them, from one end on. */
export interface PageOrder {
  vendor: string
  conversation: string
  after: number
  before: number
  /** From the oldest on; else the newest. */
  forwards: boolean
  limit: number
}

export interface Page {
  /** Oldest first. */
  messages: readonly FoldedMessage[]
  /** Where the next page begins; absent where all was read. */
  more?: History['more']
}

/** So many entries are read at once, at most. */
const atOnce = 100

/** Where most of what is read is left out of a page, it ends after so many times its limit. */
const mostReadPerMessage = 10

/** A page of the journal as it is. */
export const readPlain = (store: Pick<Journals, 'read'>, order: PageOrder): Promise<Page> =>
  collect(store, order, { isShown: () => true, spare: 0 })

/** A page of messages as they read now. What refers to them is left out, and is looked for beyond the page as well. */
export const readFolded = async (store: Pick<Journals, 'read' | 'referring'>, order: PageOrder): Promise<Page> => {
  const { messages, ...rest } = await collect(store, order, { isShown: (entry) => !referenceOf(entry), spare: 20 })
  const seqs = messages.map(({ seq }) => seq)
  const referring = byTarget(await store.referring(order.vendor, order.conversation, seqs))
  return { ...rest, messages: messages.map((message) => foldMessage(message, referring.get(message.seq) ?? [])) }
}

const byTarget = (entries: readonly JournalMessage[]): Map<number | undefined, JournalMessage[]> => {
  const grouped = new Map<number | undefined, JournalMessage[]>()
  for (const entry of entries) {
    const target = referenceOf(entry)?.body.seq
    if (!grouped.get(target)?.push(entry)) grouped.set(target, [entry])
  }
  return grouped
}

interface Choice {
  isShown(entry: JournalMessage): boolean
  /** So many more are read than are wanted, because some will be left out. */
  spare: number
}

/** As many as are wanted and fit into one answer. */
const collect = async (store: Pick<Journals, 'read'>, order: PageOrder, { isShown, spare }: Choice) => {
  const messages: JournalMessage[] = []
  const page = (edge?: number) => ({
    messages: order.forwards ? messages : messages.reverse(),
    ...(edge !== undefined && moreAfter(order, edge)),
  })
  let bytes = 0
  let edge = order.forwards ? order.after : order.before
  for (let left = order.limit * mostReadPerMessage; left > 0; ) {
    const limit = Math.min(atOnce, order.limit - messages.length + spare)
    const entries = await readPart(store, order, edge, limit)
    for (const entry of entries) {
      if (isShown(entry)) {
        bytes += entry.payload.length
        if (messages.length >= order.limit || (messages.length > 0 && bytes > mostBytes)) return page(edge)
        messages.push(entry)
      }
      edge = entry.seq
    }
    if (entries.length < limit) return page()
    if (messages.length >= order.limit) break
    left -= limit
  }
  return page(edge)
}

/** The next entries after the edge, in the direction of the page. */
const readPart = async (store: Pick<Journals, 'read'>, order: PageOrder, edge: number, limit: number) => {
  const { vendor, conversation, after, before, forwards } = order
  if (forwards) return store.read(vendor, conversation, { after: edge, before, limit })
  const newest = await store.read(vendor, conversation, { before: edge, limit })
  return newest.toReversed().filter(({ seq }) => seq > after)
}

const moreAfter = ({ forwards, after, before }: PageOrder, edge: number): Pick<Page, 'more'> => {
  if (forwards) return edge < before - 1 ? { more: { after: edge } } : {}
  return edge > after + 1 ? { more: { before: edge } } : {}
}
