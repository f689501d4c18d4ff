import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../errors.js'
import { writeDurably } from './durable-file.js'

/** The layout of keys and values that this version reads and writes. */
const formatVersion = 2

interface Format {
  format: 'daakia'
  version: number
}

/**
 * Whether the folder has data. Its format is written when it has, so that data that are gone are missed.
 *
 * @throws StorageError with `newer-version` or `older-version`, where another version of Daakia wrote them.
 */
export const hasData = async (folder: string): Promise<boolean> => {
  const found = await readFormat(formatPath(folder))
  if (!found) return false
  if (found.version === formatVersion) return true
  const [reason, rest] =
    found.version > formatVersion
      ? (['newer-version', `this one reads ${formatVersion}): update Daakia, or choose another folder`] as const)
      : ([
          'older-version',
          `this one reads ${formatVersion}): export with that version, or choose another folder`,
        ] as const)
  const which = reason === 'newer-version' ? 'a newer' : 'an older'
  throw new StorageError(
    reason,
    `The data in ${folder} was written by ${which} version of Daakia (format ${found.version}; ${rest}`,
  )
}

const formatPath = (folder: string): string => join(folder, 'format.json')

const readFormat = async (path: string): Promise<Format | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Notes that the folder has data, and in which format. */
export const writeFormat = (folder: string): Promise<void> =>
  writeDurably(formatPath(folder), JSON.stringify({ format: 'daakia', version: formatVersion } satisfies Format))
