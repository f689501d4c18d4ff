import type { Counters } from '../../counters.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import type { ExpiryTerms } from '../port.js'
import type { JournalTrimmer } from '../retention/journal-trimmer.js'
import type { Archiver } from './archiver.js'

export interface ArchivingParts {
  archiver: Archiver
  /** Messages that are older are moved. */
  afterSeconds?: number
  /** So many of the newest stay. */
  keepMessages?: number
  counters: Pick<Counters, 'archived'>
  log: Log
  /** A file that is not full waits so long for more; absent: not at all. */
  patienceMs?: number
}

/** A file that is not full waits so long for more messages, so that files are few. */
export const usualPatienceMs = 24 * 60 * 60 * 1_000

/** Moves messages of one conversation after the other into the archive, and out of the store. */
export class Archiving {
  #isAway = false

  constructor(private readonly parts: ArchivingParts) {}

  /** All conversations are looked at anew. */
  begin(): void {
    this.#isAway = false
  }

  /** Whether there is anything to be moved, or whether the archive is only kept as retention says. */
  get moves(): boolean {
    return this.parts.afterSeconds !== undefined || this.parts.keepMessages !== undefined
  }

  /** Copies messages and removes them from the store. Never rejects because of the archive. */
  async move(
    conversation: { vendor: string; id: string },
    journals: Pick<JournalTrimmer, 'trim'>,
    now: number,
    isStopped: () => boolean,
  ): Promise<void> {
    const { vendor, id } = conversation
    await this.#unlessAway(conversation, () => this.copy(conversation, now, isStopped))
    await journals.trim(vendor, id, { archived: true, now }, isStopped)
  }

  /** Removes from the archive what retention keeps no more. Never rejects because of the archive. */
  expire(conversation: { vendor: string; id: string }, terms: ExpiryTerms): Promise<void> {
    const { vendor, id } = conversation
    return this.#unlessAway(conversation, () => this.parts.archiver.expire(vendor, id, terms))
  }

  /** @throws ArchiveError */
  async copy({ vendor, id }: { vendor: string; id: string }, now: number, isStopped: () => boolean): Promise<number> {
    const { archiver, counters, patienceMs, afterSeconds, keepMessages } = this.parts
    const ageMs = (afterSeconds ?? 0) * 1_000
    const terms = {
      ...(afterSeconds !== undefined && { olderThan: now - ageMs }),
      ...(keepMessages !== undefined && { newest: keepMessages }),
      ...(patienceMs !== undefined && { partialBefore: now - ageMs - patienceMs }),
      now,
    }
    const copied = await archiver.copy(vendor, id, terms, isStopped)
    counters.archived += copied
    return copied
  }

  /** Where the archive can't be used, that is logged, and it is left alone until it is begun anew. */
  async #unlessAway({ vendor, id }: { vendor: string; id: string }, work: () => Promise<unknown>): Promise<void> {
    if (this.#isAway) return
    try {
      await work()
    } catch (error) {
      this.#isAway = true
      logFailure(this.parts.log, { vendor, conversation: id }, error, 'The archive could not be brought up to date')
    }
  }
}
