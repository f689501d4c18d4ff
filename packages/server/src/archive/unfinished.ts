import { StorageError } from '../kv/errors.js'
import { under } from '../kv/keys.js'
import { type Reader, table } from '../kv/port.js'
import { refuseHalfMoved } from './migrate/unfinished.js'

/** [vendor] to when its import began; it is there until the import is whole. */
export const imports = table<number>('imports')

/** @throws StorageError with `unfinished`, where an import was killed */
export const refuseUnfinished = (reader: Reader, folder: string): void => {
  refuseHalfMoved(reader, folder)
  const [unfinished] = reader.range(imports, { ...under(), limit: 1 })
  if (!unfinished) return
  throw new StorageError(
    'unfinished',
    `The import of vendor ${unfinished.key[0]} into ${folder} was not finished: repeat it, or give it up with daakia import --discard`,
  )
}
