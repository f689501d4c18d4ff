import { mkdir } from 'node:fs/promises'
import type { Clock } from '@daakia/protocol'
import { StorageError } from '../errors.js'
import { hasData } from './format.js'
import { type FolderLock, lockFolder } from './lock.js'

/** A data folder that this process alone may use. */
export interface FolderClaim {
  readonly folder: string
  /** Data were stored in it before. */
  readonly hasData: boolean
  release(): Promise<void>
}

/** A process that was killed needs a moment to end: so often, and so far apart, the lock is tried. */
const tries = 5
const betweenTriesMs = 100

/**
 * Makes the folder where it does not exist, and takes it for this process.
 *
 * @throws StorageError with `in-use`, `not-a-folder`, `not-writable`, `newer-version` or `older-version`.
 */
export const claimFolder = async (folder: string, clock: Clock): Promise<FolderClaim> => {
  const lock = await prepare(folder, clock)
  try {
    return { folder, hasData: await hasData(folder), release: () => lock.release() }
  } catch (error) {
    await lock.release()
    throw error
  }
}

const prepare = async (folder: string, clock: Clock): Promise<FolderLock> => {
  try {
    await mkdir(folder, { recursive: true })
    return await lockWithin(folder, clock, tries)
  } catch (error) {
    throw refusal(folder, error)
  }
}

const lockWithin = async (folder: string, clock: Clock, triesLeft: number): Promise<FolderLock> => {
  const lock = await lockFolder(folder)
  if (!('heldBy' in lock)) return lock
  if (triesLeft > 1) {
    await new Promise<void>((resolve) => clock.after(betweenTriesMs, resolve))
    return lockWithin(folder, clock, triesLeft - 1)
  }
  throw new StorageError(
    'in-use',
    `The data folder ${folder} is in use by process ${lock.heldBy}: stop it, or choose another folder`,
  )
}

const refusal = (folder: string, error: unknown): StorageError => {
  if (error instanceof StorageError) return error
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EEXIST' || code === 'ENOTDIR'
    ? new StorageError('not-a-folder', `${folder} is not a folder: choose another one for the data`, { cause: error })
    : new StorageError(
        'not-writable',
        `The data folder ${folder} cannot be written (${code ?? message}): choose another one, or give this user access to it`,
        { cause: error },
      )
}
