import { StorageError } from '../../kv/errors.js'
import { type Key, type Reader, table } from '../../kv/port.js'

/** How far a migration into this store is. */
export interface Migration {
  /** What is moved, for people. */
  from: string
  /** Tells what is moved from all else. */
  source: string
  /** The table that is being copied, by its place in the order of all. */
  table: number
  /** The part of the source that is read. */
  part: number
  /** The last entry of it that was copied. */
  key?: Key
  /** So many were copied. */
  entries: number
}

/** [0] */
export const migrations = table<Migration>('migrations')

/** @throws StorageError with `unfinished`, where not all is there yet */
export const refuseHalfMoved = (reader: Reader, shown: string): void => {
  const unfinished = reader.get(migrations, [0])
  if (!unfinished) return
  throw new StorageError(
    'unfinished',
    `The migration of ${unfinished.from} to ${shown} was not finished: run the same daakia migrate again`,
  )
}
