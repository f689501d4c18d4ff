import type { Counters } from '../../counters.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
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

  /** Where the archive can't be used, that is logged, and the others are left alone until it is begun anew. */
  async move(
    { vendor, id }: { vendor: string; id: string },
    journals: Pick<JournalTrimmer, 'trim'>,
    now: number,
    isStopped: () => boolean,
  ): Promise<void> {
    try {
      if (!this.#isAway) await this.copy({ vendor, id }, now, isStopped)
    } catch (error) {
      this.#isAway = true
      logFailure(this.parts.log, { vendor, conversation: id }, error, 'Messages could not be moved to the archive')
    }
    await journals.trim(vendor, id, { archived: true, now }, isStopped)
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
}
