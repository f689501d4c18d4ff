import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import type { Archiving } from '../archive/archiving.js'
import type { FeedEntry, KeptConversation, Store, TrimTerms } from '../port.js'
import { Errands } from './errands.js'
import { JournalTrimmer, type JournalTrimmerParts } from './journal-trimmer.js'
import {
  isCounted,
  isLimited,
  limitsAny,
  type RetentionSettings,
  type RetentionTerms,
  stricter,
  vendorTerms,
} from './settings.js'

export interface KeeperParts extends JournalTrimmerParts {
  store: JournalTrimmerParts['store'] & Pick<Store, 'kept' | 'forgetIds'>
  /** Read anew for each conversation: a reload changes them. */
  retention: RetentionSettings
  clock: Clock
  activity: Activity
  log: Log
  /** What moves messages into the archive; absent where nothing is moved. */
  archiving?: Archiving | undefined
}

/** Conversations that are looked at without a pause. */
const atOnce = 50

/** What is said comes in bursts: journals are trimmed so long after. */
const afterAppendMs = 1_000

/** Every conversation is looked at so long after the last time: messages grow old by themselves. */
const sweepPauseMs = 60_000

/** And so much later for each of them: to look at one takes a twentieth of that. */
const pausePerConversationMs = 0.4

/** When more conversations wait to be looked at, the next sweep finds them. */
const mostWaiting = 10_000

/**
 * Trims journals and inboxes in the background: in small portions, one after the other, so that nobody waits for it.
 * Where everything is kept it does nothing, and costs an append one look at a flag.
 */
export class RetentionKeeper {
  readonly #errands: Errands
  readonly #journals: JournalTrimmer
  readonly #waiting = new Map<string, { vendor: string; id: string }>()
  /** Whether terms were set for some conversation. */
  #configured = false
  #limited: boolean

  constructor(private readonly parts: KeeperParts) {
    const failed = (error: unknown) => logFailure(parts.log, {}, error, 'What is kept no more could not be removed')
    this.#errands = new Errands(parts.clock, parts.activity, failed)
    this.#journals = new JournalTrimmer(parts)
    this.#limited = limitsAny(parts.retention)
  }

  async start(): Promise<void> {
    this.#configured = (await this.parts.store.kept({ configured: true, limit: 1 })).length > 0
    this.#errands.run('sweep', () => this.#sweep())
  }

  /** These messages are on disk. */
  appended(entries: readonly FeedEntry[]): void {
    if (!this.#limited && !this.#configured) return
    for (const { vendor, conversation } of entries)
      if (this.#configured || isCounted(vendorTerms(this.parts.retention, vendor))) this.#wait(vendor, conversation)
    if (this.#waiting.size > 0) this.#errands.runLater('waiting', afterAppendMs, () => this.#trimWaiting())
  }

  /** Other terms were set for a conversation. */
  configured(vendor: string, conversation: string): void {
    this.#configured = true
    this.#wait(vendor, conversation)
    this.#errands.run('waiting', () => this.#trimWaiting())
    this.#errands.runLater('sweep', sweepPauseMs, () => this.#sweep())
  }

  /** The settings have changed. */
  refresh(): void {
    this.#limited = limitsAny(this.parts.retention)
    this.#errands.run('sweep', () => this.#sweep())
  }

  /** Resolves when what is under way has ended. */
  close(): Promise<void> {
    return this.#errands.close()
  }

  #wait(vendor: string, id: string): void {
    if (this.#waiting.size < mostWaiting) this.#waiting.set(`${vendor}/${id}`, { vendor, id })
  }

  async #trimWaiting(): Promise<void> {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { vendor, id } of waiting) {
      if (this.#errands.closed) return
      const conversation = await this.parts.store.conversation(vendor, id)
      if (conversation) await this.#trim({ vendor, ...conversation })
    }
  }

  async #sweep(): Promise<void> {
    let lookedAt = 0
    try {
      lookedAt = await this.#lookAtAll()
    } finally {
      const pauseMs = sweepPauseMs + lookedAt * pausePerConversationMs
      if (this.#limited || this.#configured || this.parts.archiving?.moves)
        this.#errands.runLater('sweep', pauseMs, () => this.#sweep())
    }
  }

  /** Answers how many there are. */
  async #lookAtAll(): Promise<number> {
    const { store, clock } = this.parts
    let lookedAt = 0
    const configured = !this.#limited && !this.parts.archiving?.moves
    this.parts.archiving?.begin()
    for (let after: KeptConversation | undefined, left = true; left && !this.#errands.closed; ) {
      const page = await store.kept({ ...(after && { after }), configured, limit: atOnce })
      for (const conversation of page) await this.#trim(conversation)
      lookedAt += page.length
      after = page.at(-1)
      left = page.length === atOnce
      await nextTurn()
    }
    while ((await store.forgetIds(clock.now(), atOnce)) === atOnce && !this.#errands.closed);
    return lookedAt
  }

  async #trim({ vendor, id, retention }: KeptConversation): Promise<void> {
    const now = this.parts.clock.now()
    const kept = stricter(vendorTerms(this.parts.retention, vendor), retention)
    const isStopped = () => this.#errands.closed
    const { archiving } = this.parts
    if (isLimited(kept)) {
      const terms = trimTermsOf(kept, now)
      await this.#journals.trim(vendor, id, terms, isStopped)
      await archiving?.expire({ vendor, id }, terms)
    }
    if (archiving?.moves) await archiving.move({ vendor, id }, this.#journals, now, isStopped)
  }
}

const trimTermsOf = (
  { maximumAgeSeconds, maximumMessages }: RetentionTerms,
  now: number,
): Omit<TrimTerms, 'limit'> => ({
  ...(maximumAgeSeconds < Number.POSITIVE_INFINITY && { olderThan: now - maximumAgeSeconds * 1_000 }),
  ...(maximumMessages < Number.POSITIVE_INFINITY && { newest: maximumMessages }),
  now,
})
