import { type FileHandle, open } from 'node:fs/promises'
import type { Change } from './engine.js'

export interface ReserveParts {
  /** LMDB's data file. */
  file: string
  pageBytes: number
  /** Where the pages end that LMDB uses, in bytes from the start of the file. */
  used(): number
  /** How far the file reaches now. */
  bytes: number
}

/** A change writes one leaf of the tree anew, and its share of the branches above and of leaves that are split. */
const pagesPerChange = 1.5
/** LMDB's own: the roots, and the list of free pages. */
const pagesPerCommit = 64
const leastStepBytes = 2 ** 20
const mostStepBytes = 2 ** 26

/**
 * Keeps room in LMDB's file for what the next commit may need, by writing to it before LMDB does. Where there is none,
 * that is known before a commit begins: LMDB would fail in the middle of it, and what it then says of its buffers it
 * writes over memory that is not its own (3.5.6, `mdb_page_flush`).
 */
export class Reserve {
  readonly #parts: ReserveParts
  #bytes: number
  /** No less than what is used. */
  #used: number
  #short = false

  constructor(parts: ReserveParts) {
    this.#parts = parts
    this.#bytes = parts.bytes
    this.#used = parts.used()
  }

  /** There was no room for more than what was needed: what is larger may be refused. It is tried again each time. */
  get isShort(): boolean {
    return this.#short
  }

  /** Resolves when there is room for these changes. @throws the system's error, such as ENOSPC */
  async makeRoom(changes: readonly Change[]): Promise<void> {
    const needed = this.#needed(changes)
    if (this.#used + needed > this.#bytes) this.#used = this.#parts.used()
    if (this.#short || this.#used + needed > this.#bytes) await this.#grow(this.#used + needed)
    this.#used += needed
  }

  #needed(changes: readonly Change[]): number {
    const { pageBytes } = this.#parts
    let bytes = pageBytes * (pagesPerCommit + Math.ceil(changes.length * pagesPerChange))
    // A large value has pages of its own.
    for (const { sealed } of changes) if (sealed && sealed.length > pageBytes / 4) bytes += sealed.length + pageBytes
    return bytes
  }

  /** To `least` bytes, and some more where there is room for it. */
  async #grow(least: number): Promise<void> {
    const step = Math.min(mostStepBytes, Math.max(leastStepBytes, Math.floor(this.#bytes / 8)))
    const file = await open(this.#parts.file, 'r+')
    try {
      await this.#writeUpTo(least + step, file)
      this.#short = false
    } catch (error) {
      this.#short = true
      if (this.#bytes < least) throw error
    } finally {
      await file.close()
    }
  }

  /** Writes zeros: what is only claimed by the file's length takes no room on the disk. */
  async #writeUpTo(end: number, file: FileHandle): Promise<void> {
    while (this.#bytes < end) {
      const length = Math.min(leastStepBytes, end - this.#bytes)
      // A write that the disk takes in part is no error: the rest of it is.
      this.#bytes += (await file.write(new Uint8Array(length), 0, length, this.#bytes)).bytesWritten
    }
  }
}
