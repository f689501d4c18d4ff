import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { dataFileOf } from '../kv/damaged.js'
import { checkLength } from '../kv/pages/check.js'
import { Damage } from '../kv/pages/damage.js'
import { DataFile } from '../kv/pages/data-file.js'
import { type Entry, readEntry } from '../kv/pages/entry.js'
import { type Meta, readMeta } from '../kv/pages/meta.js'
import { type PageProblem, PageWalk } from '../kv/pages/walk.js'

/** How much of a data file is looked at between two turns of the event loop. */
const entriesAtOnce = 5_000

export interface FileVisitor {
  /** Every entry that is whole, in order. */
  entry?(entry: Entry): void
  /** What is wrong with the file, as the end of a sentence, or with one of its pages. */
  problem(problem: string): void
  progress?(pages: number, of: number): void
}

/** Reads all of a data file, page by page, without LMDB: damage keeps it from seeing what is behind it, and no more. */
export const walkFile = async (folder: string, visitor: FileVisitor): Promise<void> => {
  const file = new DataFile(dataFileOf(folder))
  try {
    const meta = readMeta(file)
    checkLength(file, meta)
    await walkTrees(file, meta, visitor)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    visitor.problem(error.message)
  } finally {
    file.close()
  }
}

const walkTrees = async (file: DataFile, meta: Meta, visitor: FileVisitor): Promise<void> => {
  const found = ({ page, problem }: PageProblem) => visitor.problem(`page ${page} ${problem}`)
  const walk = new PageWalk({ file, meta, found })
  for (const _ of walk.entries(meta.free));
  let count = 0
  for (const stored of walk.entries(meta.entries)) {
    const entry = readEntry(stored)
    if (entry) visitor.entry?.(entry)
    else found({ page: stored.page, problem: 'has an entry that is not as it was written' })
    if (++count % entriesAtOnce > 0) continue
    visitor.progress?.(walk.pages, meta.lastPage + 1)
    await setImmediate()
  }
}

export const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk)
  return hash.digest('hex')
}
