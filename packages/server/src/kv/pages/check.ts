import type { Clock } from '@daakia/protocol'
import { damaged, dataFileOf } from '../damaged.js'
import { Damage } from './damage.js'
import { DataFile } from './data-file.js'
import { readEntry } from './entry.js'
import { freePagesFrom } from './free-pages.js'
import { type Meta, readMeta } from './meta.js'
import { PageWalk } from './walk.js'

/** So much is looked at when a server starts: all there is of 64 MiB, of more what was written last. */
const mostPages = 16_384
const longestMs = 500

/**
 * Looks whether the data file is what LMDB left behind: its meta pages, its length, the pages of its trees that are
 * no leaves, and the leaves that were written last. It takes half a second at most, however large the file is.
 *
 * @throws StorageError with `damaged`
 */
export const checkDataFile = (folder: string, clock: Clock): void => {
  const until = clock.now() + longestMs
  const file = new DataFile(dataFileOf(folder))
  try {
    const meta = readMeta(file)
    checkLength(file, meta)
    checkPages(file, meta, () => clock.now() < until)
  } catch (error) {
    throw error instanceof Damage ? damaged(folder, error.message, error) : error
  } finally {
    file.close()
  }
}

/** A file may end before its last page where the pages that are missing are free. @throws Damage */
export const checkLength = (file: DataFile, meta: Meta): void => {
  const there = Math.floor(file.bytes / meta.pageBytes)
  const missing = meta.lastPage + 1 - there
  if (missing <= 0) return
  const walk = new PageWalk({ file, meta, found: refuse })
  const free = freePagesFrom(there, walk, meta)
  if (free < missing) throw new Damage(`its end is missing: it has ${there} pages, and ${missing - free} more are used`)
}

const checkPages = (file: DataFile, meta: Meta, inTime: () => boolean): void => {
  const walk = new PageWalk({ file, meta, found: refuse })
  walk.newest(meta.free, { mostPages, inTime, look: () => {} })
  walk.newest(meta.entries, {
    mostPages,
    inTime,
    look: (entry) => {
      if (!readEntry(entry)) refuse({ page: entry.page, problem: 'has an entry that is not as it was written' })
    },
  })
}

const refuse = ({ page, problem }: { page: number; problem: string }): never => {
  throw new Damage(`page ${page} ${problem}`)
}
