import { setImmediate as nextTurn } from 'node:timers/promises'
import { ArchiveError } from '../../archive/errors.js'
import type { ArchiveTerms, Archiving, ExpiryTerms, JournalMessage, Journals, Run } from '../port.js'
import { markArchive } from './mark.js'
import { nameOfSegment } from './names.js'
import type { ArchiveStore } from './port.js'
import { reached } from './segment-cache.js'
import { readSegment, writeSegment } from './segment-file.js'

/** A file has so many messages at most, and their payloads so many bytes. */
const mostMessages = 500
const mostBytes = 2 ** 20

/** A file is removed as a whole: retention must not have to wait for its newest message for too long. */
const mostMs = 30 * 24 * 60 * 60 * 1_000

/** So many messages are read at once. */
const atOnce = 50

export interface ArchiverParts {
  store: Pick<Journals, 'read'> & Archiving
  archive: ArchiveStore
  makeId: () => string
}

/**
 * Copies what is beyond its terms from journals into files. That a file is there is written down when it was read back; only then
 * `trim` removes its messages. What was planned before is finished first, so that a file that was begun is written again, the
 * same, by whoever comes next.
 */
export class Archiver {
  #isMarked = false

  constructor(private readonly parts: ArchiverParts) {}

  /**
   * Answers how many messages of a conversation are in the archive now that were not before; it can be stopped between two files.
   *
   * @throws ArchiveError with `away`, `damaged`, or `exists` where the archive belongs to another store
   */
  async copy(
    vendor: string,
    conversation: string,
    terms: Omit<ArchiveTerms, 'limit' | 'mostBytes' | 'mostMs'>,
    isStopped: () => boolean = () => false,
  ): Promise<number> {
    let copied = 0
    while (!isStopped()) {
      const run = await this.parts.store.planSegment(vendor, conversation, {
        ...terms,
        ...{ limit: mostMessages, mostBytes, mostMs },
      })
      if (!run) break
      await this.#mark()
      if (await this.#write(vendor, conversation, run)) copied += run.last - run.first + 1
      await nextTurn()
    }
    return copied
  }

  /** Removes the files of which every message is beyond the terms. @throws ArchiveError with `away` */
  async expire(vendor: string, conversation: string, terms: ExpiryTerms): Promise<void> {
    const { store, archive } = this.parts
    for (const run of await store.expireSegments(vendor, conversation, terms)) {
      await this.#mark()
      await reached(archive.remove(nameOfSegment(vendor, conversation, run)))
      await store.forgetSegment(vendor, conversation, run)
    }
  }

  /** Whether it was this one that finished it. */
  async #write(vendor: string, conversation: string, run: Run): Promise<boolean> {
    const { store, archive } = this.parts
    const name = nameOfSegment(vendor, conversation, run)
    const messages = await this.#read(vendor, conversation, run)
    if (messages.length < run.last - run.first + 1) {
      // Retention took some of them: another file is planned for what is left.
      await reached(archive.remove(name))
      await store.settlePlan(vendor, conversation, run, undefined)
      return false
    }
    const place = { vendor, conversation, ...run }
    const { bytes, segment } = await writeSegment(place, messages)
    await reached(archive.put(name, bytes))
    const back = await reached(archive.get(name))
    if (!back) throw new ArchiveError('away', `The archive has not kept ${name}`)
    await readSegment(name, { ...place, sha256: segment.sha256 }, back)
    return store.settlePlan(vendor, conversation, run, segment)
  }

  async #read(vendor: string, conversation: string, { first, last }: Run): Promise<readonly JournalMessage[]> {
    const found: JournalMessage[] = []
    for (let after = first - 1; after < last; ) {
      const page = await this.parts.store.read(vendor, conversation, { after, before: last + 1, limit: atOnce })
      found.push(...page)
      after = page.at(-1)?.seq ?? last
    }
    return found
  }

  async #mark(): Promise<void> {
    if (!this.#isMarked) await markArchive(this.parts)
    this.#isMarked = true
  }
}
