import { join } from 'node:path'
import { StorageError } from './errors.js'

/** The file of LMDB in a data folder. */
export const dataFileOf = (folder: string): string => join(folder, 'data.mdb')

/** @param what the end of a sentence about the data file */
export const damaged = (folder: string, what: string, cause?: unknown): StorageError =>
  new StorageError(
    'damaged',
    `The data file ${dataFileOf(folder)} is damaged: ${what}. See what is whole with daakia verify, or bring a backup back with daakia restore`,
    { cause },
  )
