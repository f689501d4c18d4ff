import { ArchiveError } from '../../archive/errors.js'
import type { JournalMessage, Segment } from '../port.js'
import { markName, nameOfSegment } from './names.js'
import type { ArchiveStore } from './port.js'
import { readSegment } from './segment-file.js'

/** So many files are kept in memory: who pages through a history reads each of them several times. */
const mostKept = 8

/** Reads files of an archive, each once for all who want it at the same time. */
export class SegmentCache {
  /** The one that was used last comes last. */
  readonly #read = new Map<string, Promise<readonly JournalMessage[]>>()

  constructor(private readonly archive: ArchiveStore | undefined) {}

  /** The messages of a file. @throws ArchiveError with `away` or `damaged` */
  messages(vendor: string, conversation: string, segment: Segment): Promise<readonly JournalMessage[]> {
    const name = nameOfSegment(vendor, conversation, segment)
    const key = `${name} ${segment.sha256}`
    const messages = this.#read.get(key) ?? this.#load(name, vendor, conversation, segment)
    this.#read.delete(key)
    this.#read.set(key, messages)
    messages.catch(() => this.#forget(key, messages))
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= mostKept) break
      this.#read.delete(oldest)
    }
    return messages
  }

  #forget(key: string, messages: Promise<readonly JournalMessage[]>): void {
    if (this.#read.get(key) === messages) this.#read.delete(key)
  }

  async #load(
    name: string,
    vendor: string,
    conversation: string,
    segment: Segment,
  ): Promise<readonly JournalMessage[]> {
    const { archive } = this
    if (!archive) throw away('This server was given no archive, and has older messages in one: set archive.folder')
    const bytes = await reached(archive.get(name))
    if (bytes) return readSegment(name, { vendor, conversation, ...segment }, bytes)
    const isThere = (await reached(archive.get(markName))) !== undefined
    throw isThere
      ? new ArchiveError('damaged', `${name} of the archive is missing. Bring it back from a copy`)
      : away('The archive is not there: is it mounted?')
  }
}

/** What an archive answers. @throws ArchiveError with `away`, where it fails */
export const reached = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw away(`The archive can't be used (${(error as Error).message})`, error)
  })

const away = (message: string, cause?: unknown): ArchiveError => new ArchiveError('away', message, { cause })
