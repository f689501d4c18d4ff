import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '@daakia/protocol'
import { StorageError } from '../kv/errors.js'
import { claimFolder, type FolderClaim } from '../kv/folder/claim.js'
import { flush, renameDurably } from '../kv/folder/durable-file.js'
import { ArchiveError } from './errors.js'

/**
 * Has `fill` fill a folder beside the one that is wanted, and gives it its name when it is whole and on disk. What an
 * earlier attempt left when it was killed is taken away first.
 *
 * @throws ArchiveError with `exists` or `in-use`; what `fill` throws. Nothing is left then
 */
export const fillFolder = async (
  wanted: string,
  clock: Clock,
  fill: (draft: string) => Promise<void>,
): Promise<void> => {
  await refuseExisting(wanted)
  await mkdir(dirname(wanted), { recursive: true })
  const draft = `${wanted}.partial`
  const claim = await claimDraft(draft, clock)
  try {
    await removeFiles(draft, (name) => !isLock(name))
    await fill(draft)
    await claim.release()
    await removeFiles(draft, isLock)
    await flush(draft)
    await refuseExisting(wanted)
    await renameDurably(draft, wanted)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

const claimDraft = async (draft: string, clock: Clock): Promise<FolderClaim> => {
  try {
    return await claimFolder(draft, clock)
  } catch (error) {
    if (!(error instanceof StorageError) || error.reason !== 'in-use') throw error
    throw new ArchiveError('in-use', `Another process writes to ${draft}: wait for it, or choose another folder`)
  }
}

const isLock = (name: string): boolean => /^lock\.\d+$/.test(name)

const removeFiles = async (folder: string, which: (name: string) => boolean): Promise<void> => {
  for (const name of await readdir(folder)) if (which(name)) await rm(join(folder, name), { recursive: true })
}

/** An empty folder is as good as none. */
const refuseExisting = async (path: string): Promise<void> => {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR') return [path]
    throw error
  })
  if (names.length > 0) throw new ArchiveError('exists', `${path} exists already: choose another folder, or remove it`)
}
