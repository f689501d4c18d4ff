import { stat } from 'node:fs/promises'
import { type Clock, systemClock } from '@daakia/protocol'
import { damaged, dataFileOf } from '../kv/damaged.js'
import { writeBackupNote } from '../kv/folder/backup-note.js'
import { flush } from '../kv/folder/durable-file.js'
import { writeFormat } from '../kv/folder/format.js'
import { openSnapshot } from '../kv/read-only.js'
import { sha256Of, walkFile } from './check-file.js'
import { fillFolder } from './draft-folder.js'
import type { Tell } from './progress.js'
import { checkRoom, explainRoom } from './room.js'

export interface BackupOptions {
  /** A data folder; a server may be using it. */
  folder: string
  /** Where the backup goes: a folder that does not exist yet. */
  to: string
  progress?: Tell
  clock?: Clock
}

export interface Backup {
  /** When it began: it holds all that was acknowledged before. Milliseconds since the Unix epoch. */
  takenAt: number
  bytes: number
}

/** How often it is told how far it is. */
const tellEveryMs = 200

/**
 * Copies a data folder as it is at one moment, beside a server that goes on writing. The copy is checked, page by page,
 * and on disk when this resolves. Whatever happens before, nothing is left that looks like a backup.
 *
 * @throws StorageError with `no-data`, `damaged`, `newer-version` or `older-version`; ArchiveError with `exists`, `in-use` or `no-room`
 */
export const backup = async ({
  folder,
  to,
  progress = () => {},
  clock = systemClock,
}: BackupOptions): Promise<Backup> => {
  const snapshot = await openSnapshot(folder)
  let taken: Backup | undefined
  try {
    await fillFolder(to, clock, async (draft) => {
      const takenAt = clock.now()
      const { size } = await stat(dataFileOf(folder))
      await checkRoom(draft, size)
      const stopTelling = tellOfSize(dataFileOf(draft), size, progress, clock)
      await snapshot
        .copyTo(draft)
        .finally(stopTelling)
        .catch((error) => {
          throw explainRoom(error, draft)
        })
      await flush(dataFileOf(draft))
      taken = { takenAt, ...(await describe(folder, draft, takenAt, progress)) }
    })
  } finally {
    await snapshot.close()
  }
  return taken as unknown as Backup
}

const describe = async (folder: string, draft: string, takenAt: number, progress: Tell): Promise<{ bytes: number }> => {
  await checkCopy(folder, draft, progress)
  const { size: bytes } = await stat(dataFileOf(draft))
  await writeFormat(draft)
  const sha256 = await sha256Of(dataFileOf(draft))
  await writeBackupNote(draft, { format: 'daakia-backup', takenAt, bytes, sha256 })
  return { bytes }
}

/** @throws StorageError with `damaged`, which names the folder that the copy is of */
export const checkCopy = (original: string, copy: string, progress: Tell): Promise<void> =>
  walkFile(copy, {
    problem: (problem) => {
      throw damaged(original, problem)
    },
    progress: (done, of) => progress({ doing: 'checking', done, of }),
  })

const tellOfSize = (path: string, of: number, progress: Tell, clock: Clock): (() => void) => {
  let stopped = false
  const tell = async () => {
    const { size } = await stat(path).catch(() => ({ size: 0 }))
    if (stopped) return
    progress({ doing: 'copying', done: Math.min(size, of), of })
    alarm = clock.after(tellEveryMs, tell)
  }
  let alarm = clock.after(tellEveryMs, tell)
  return () => {
    stopped = true
    alarm.cancel()
  }
}
