import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { damaged, dataFileOf } from './damaged.js'
import { StorageError } from './errors.js'

/** ENOSPC, EDQUOT, EFBIG and MDB_MAP_FULL. */
const fullCodes = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG', 28, 122, 27, -30792])
/** A write that the disk took only in part is reported by LMDB as EIO. */
const ioErrorCode = 5
const probeBytes = 2 ** 20
/** MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_VERSION_MISMATCH and MDB_INVALID. */
const damageCodes = new Set<unknown>([-30797, -30796, -30794, -30793])

/** Tells what made a commit of LMDB fail. */
export const storageError = async (error: unknown, folder: string): Promise<StorageError> => {
  if (error instanceof StorageError) return error
  const cause = await commitCause(error)
  if (isDamage(cause)) return damaged(folder, cause.message, cause)
  const full = fullCodes.has(cause.code) || (cause.code === ioErrorCode && (await isFull(folder)))
  return full
    ? new StorageError('full', `No room left in ${folder}: free some, and writing goes on by itself`, { cause })
    : new StorageError('failed', `The disk under ${folder} failed: ${cause.message}`, { cause })
}

/** LMDB has found what it did not write. */
export const isDamage = (error: unknown): boolean => damageCodes.has((error as { code?: unknown } | null)?.code)

/** LMDB rejects with a promise of the cause. */
const commitCause = async (error: unknown): Promise<Error & { code?: unknown }> => {
  const failure = error instanceof Error ? error : new Error(String(error))
  if (!('commitError' in failure)) return failure
  return Promise.resolve(failure.commitError).then(
    () => failure,
    (cause) => cause,
  )
}

/** Whether a file like the store's can't grow: for want of room, or because no file may be so large. */
const isFull = async (folder: string): Promise<boolean> => {
  const probe = join(folder, 'probe')
  try {
    const { size } = await stat(dataFileOf(folder))
    await writeAt(probe, size)
    return false
  } catch (error) {
    return fullCodes.has((error as NodeJS.ErrnoException).code)
  } finally {
    await rm(probe, { force: true })
  }
}

/** What lies before it takes no room. */
const writeAt = async (path: string, position: number): Promise<void> => {
  const file = await open(path, 'w')
  try {
    // A write that the disk takes in part is no error: the rest of it is.
    for (let written = 0; written < probeBytes; )
      written += (await file.write(new Uint8Array(probeBytes - written), 0, null, position + written)).bytesWritten
  } finally {
    await file.close()
  }
}
