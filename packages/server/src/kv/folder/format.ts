import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../errors.js'

/** The layout of keys and values that this version reads and writes. */
export const formatVersion = 1

interface Format {
  format: 'daakia'
  version: number
}

/**
 * Writes the format of a new folder, or checks that of an old one.
 *
 * @throws StorageError with `newer-version` where a newer version of Daakia wrote it.
 */
export const checkFormat = async (folder: string): Promise<void> => {
  const path = join(folder, 'format.json')
  const found = await readFormat(path)
  if (!found) return writeFormat(path)
  if (found.version <= formatVersion) return
  throw new StorageError(
    'newer-version',
    `The data in ${folder} was written by a newer version of Daakia (format ${found.version}; this one reads up to ${formatVersion}): update Daakia, or choose another folder`,
  )
}

const readFormat = async (path: string): Promise<Format | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const writeFormat = async (path: string): Promise<void> => {
  const draft = `${path}.draft`
  const file = await open(draft, 'w')
  try {
    await file.writeFile(JSON.stringify({ format: 'daakia', version: formatVersion } satisfies Format))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}
