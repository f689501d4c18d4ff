import { referenceOf } from '@daakia/protocol'
import type { Archiving, Conversation, JournalMessage, Journals, Segment } from '../port.js'
import type { SegmentCache } from './segment-cache.js'

type Readable = Pick<Journals, 'conversation' | 'read' | 'seqAt' | 'referring'>
type Range = Parameters<Journals['read']>[2]

/**
 * Journals with what of them is in the archive, read as if all of it was in the store. The journal is always read before what
 * says where it begins: what left it meanwhile is found in the archive, and nothing is left out.
 *
 * @throws ArchiveError with `away` or `damaged`, where an answer would lack what is in the archive
 */
export class ArchivedHistory implements Readable {
  constructor(
    private readonly store: Readable & Pick<Archiving, 'archived'>,
    private readonly files: SegmentCache,
  ) {}

  conversation(vendor: string, id: string): Promise<Conversation | undefined> {
    return this.store.conversation(vendor, id)
  }

  read(vendor: string, conversation: string, range: Range): Promise<readonly JournalMessage[]> {
    const { after, ...rest } = range
    return after === undefined
      ? this.#readNewest(vendor, conversation, rest)
      : this.#readOn(vendor, conversation, { ...rest, after })
  }

  async seqAt(vendor: string, conversation: string, time: number): Promise<number> {
    const kept = await this.store.seqAt(vendor, conversation, time)
    const { first, segments } = await this.store.archived(vendor, conversation)
    for (const segment of segments) {
      if (segment.first >= first) break
      if (segment.highest < time) continue
      const messages = await this.files.messages(vendor, conversation, segment)
      const reached = messages.find(({ seq, at }) => seq < first && at >= time)
      if (reached) return reached.seq
    }
    return kept
  }

  async referring(vendor: string, conversation: string, seqs: readonly number[]): Promise<readonly JournalMessage[]> {
    const kept = await this.store.referring(vendor, conversation, seqs)
    const { first, segments } = await this.store.archived(vendor, conversation)
    // What refers to a message comes after it.
    const targets = new Set(seqs.filter((seq) => seq < first))
    if (targets.size === 0) return kept
    const found = new Map<number, JournalMessage>()
    for (const segment of segments.filter((each) => mayRefer(each, targets)))
      for (const message of await this.files.messages(vendor, conversation, segment)) {
        const target = referenceOf(message)?.body.seq
        if (target !== undefined && target < message.seq && targets.has(target)) found.set(message.seq, message)
      }
    for (const message of kept) found.set(message.seq, message)
    return [...found.values()].sort((one, other) => one.seq - other.seq)
  }

  /** From the oldest on. */
  async #readOn(
    vendor: string,
    conversation: string,
    range: Range & { after: number },
  ): Promise<readonly JournalMessage[]> {
    const { after, before = Number.POSITIVE_INFINITY, limit } = range
    const kept = await this.store.read(vendor, conversation, range)
    if (kept[0]?.seq === after + 1) return kept
    const { first, segments } = await this.store.archived(vendor, conversation)
    if (after + 1 >= first || segments.length === 0) return kept
    const old: JournalMessage[] = []
    const end = Math.min(before, first)
    for (const segment of segments) {
      if (old.length >= limit || segment.first >= end) break
      if (segment.last <= after) continue
      for (const message of await this.files.messages(vendor, conversation, segment))
        if (message.seq > after && message.seq < end && old.length < limit) old.push(message)
    }
    if (old.length >= limit || before <= first) return old
    const rest = await this.#readOn(vendor, conversation, { ...range, after: first - 1, limit: limit - old.length })
    return [...old, ...rest]
  }

  async #readNewest(
    vendor: string,
    conversation: string,
    range: Omit<Range, 'after'>,
  ): Promise<readonly JournalMessage[]> {
    const { before = Number.POSITIVE_INFINITY, limit } = range
    const kept = await this.store.read(vendor, conversation, range)
    if (kept.length >= limit || kept[0]?.seq === 1) return kept
    const { first, segments } = await this.store.archived(vendor, conversation)
    const end = kept[0]?.seq ?? Math.min(before, first)
    const old: JournalMessage[] = []
    for (const segment of segments.toReversed()) {
      const missing = limit - kept.length - old.length
      if (missing <= 0) break
      if (segment.first >= end) continue
      const messages = await this.files.messages(vendor, conversation, segment)
      old.unshift(...messages.filter(({ seq }) => seq < end).slice(-missing))
    }
    return [...old, ...kept]
  }
}

/** Whether the file has these messages, so that what refers to them may be in it, or refers to some of before. */
const mayRefer = ({ first, last, earlier = [] }: Segment, targets: ReadonlySet<number>): boolean => {
  for (const seq of targets) if (seq >= first && seq <= last) return true
  return earlier.some((seq) => targets.has(seq))
}
