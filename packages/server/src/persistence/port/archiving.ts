import type { TrimTerms } from './retention.js'

/** A run of messages of one journal that are in one file of the archive. */
export interface Run {
  first: number
  last: number
}

/** What is known of a file of the archive without reading it. */
export interface Segment extends Run {
  /** The highest `at` among its messages. */
  highest: number
  /** Of its lines before the last one. */
  sha256: string
  /** `seq` of messages before `first` to which some of its messages refer. */
  earlier?: readonly number[]
}

export type ExpiryTerms = Pick<TrimTerms, 'olderThan' | 'newest'>

export interface ArchiveTerms extends TrimTerms {
  /** The payloads of a file are so many bytes at most, or those of one message. */
  mostBytes: number
  /** From its first message on, a file reaches over so much time at most; absent: over any. */
  mostMs?: number
  /** Fewer messages than `limit`, or bytes, make a file only where the oldest has `at` before this; absent: always. */
  partialBefore?: number
}

/** What of a journal is in the archive, at one moment. */
export interface Archived {
  /** `seq` of the oldest message that the journal has; `head + 1` where it has none. */
  first: number
  /** In order. Where retention took messages before they were archived, there are gaps. */
  segments: readonly Segment[]
}

export interface ArchiveMark {
  id: string
  isWritten: boolean
}

/** Which messages are in the archive. The files themselves are in an `ArchiveStore`. */
export interface Archiving {
  /**
   * The id of the archive that belongs to this store: what was proposed first, for ever. With `isWritten` it is noted that the
   * archive bears it.
   */
  archiveMark(proposed: string, options?: { isWritten: true }): Promise<ArchiveMark>

  /** What the archive has of a journal. Messages may be in both. */
  archived(vendor: string, conversation: string): Promise<Archived>

  /**
   * The messages that the next file is to have: the oldest that are in no file and are beyond the terms, as with `trim`; nothing
   * where there are none. The answer stays the same, whoever asks, until it is settled.
   */
  planSegment(vendor: string, conversation: string, terms: ArchiveTerms): Promise<Run | undefined>

  /**
   * A file has what was planned, and is there for good; without `segment`, the plan is given up. From then on `trim` with
   * `archived` may remove its messages from the journal. Answers whether it was this call that did it. May be repeated.
   */
  settlePlan(vendor: string, conversation: string, run: Run, segment: Segment | undefined): Promise<boolean>

  /**
   * The files of which every message is beyond the terms, as with `trim`. From then on nobody reads them, and they may be removed;
   * the answer has them until they are forgotten.
   */
  expireSegments(vendor: string, conversation: string, terms: ExpiryTerms): Promise<readonly Run[]>

  /** A file that has expired is removed. May be repeated. */
  forgetSegment(vendor: string, conversation: string, run: Run): Promise<void>
}
