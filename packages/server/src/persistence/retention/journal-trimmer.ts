import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Counters } from '../../counters.js'
import type { Inbox } from '../../inbox/port.js'
import type { MessageCache } from '../../inbox/reader/index.js'
import type { Store, TrimTerms } from '../port.js'
import { InboxTrimmer } from './inbox-trimmer.js'

export interface JournalTrimmerParts {
  store: Pick<Store, 'conversation' | 'trim'>
  inbox: Pick<Inbox, 'read' | 'trim'>
  messages: Pick<MessageCache, 'forget'>
  counters: Pick<Counters, 'trimmed'>
}

/** Messages that are removed in one transaction. */
const atOnce = 50

/** Trims a journal, and the inboxes of its members, in small portions. */
export class JournalTrimmer {
  readonly #inboxes: InboxTrimmer

  constructor(private readonly parts: JournalTrimmerParts) {
    this.#inboxes = new InboxTrimmer(parts)
  }

  async trim(vendor: string, id: string, terms: Omit<TrimTerms, 'limit'>, isStopped: () => boolean): Promise<void> {
    const { store, messages, counters } = this.parts
    let removed = 0
    for (let more = true; more && !isStopped(); await nextTurn()) {
      const trimmed = await store.trim(vendor, id, { ...terms, limit: atOnce })
      const { first } = trimmed
      if (trimmed.removed > 0) messages.forget(vendor, id, { from: first - trimmed.removed, to: first })
      removed += trimmed.removed
      more = trimmed.more
    }
    if (removed === 0) return
    counters.trimmed += removed
    await this.#trimInboxes(vendor, id, removed, isStopped)
  }

  async #trimInboxes(vendor: string, id: string, removed: number, isStopped: () => boolean): Promise<void> {
    const { members = [] } = (await this.parts.store.conversation(vendor, id)) ?? {}
    for (const member of members) {
      if (isStopped()) return
      await this.#inboxes.trim(vendor, member, removed)
    }
  }
}
