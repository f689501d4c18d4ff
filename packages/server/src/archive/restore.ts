import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Clock, systemClock } from '@daakia/protocol'
import { dataFileOf } from '../kv/damaged.js'
import { type BackupNote, readBackupNote, writeBackupNote } from '../kv/folder/backup-note.js'
import { flush } from '../kv/folder/durable-file.js'
import { hasData, writeFormat } from '../kv/folder/format.js'
import type { Backup } from './backup.js'
import { checkCopy } from './backup.js'
import { fillFolder } from './draft-folder.js'
import { ArchiveError } from './errors.js'
import type { Tell } from './progress.js'
import { checkRoom, explainRoom } from './room.js'

export interface RestoreOptions {
  /** A folder that `backup` made. */
  backup: string
  /** A data folder that does not exist yet, or is empty. */
  to: string
  progress?: Tell
  clock?: Clock
}

/**
 * Makes a data folder of a backup, which stays as it is. When a server is started on it, positions and fences that
 * were given out after the backup was taken are told from its own: positions get `resync`, fences are lower.
 *
 * @throws ArchiveError with `no-backup`, `exists`, `in-use`, `no-room` or `damaged`; StorageError with `newer-version` or `older-version`
 */
export const restore = async (options: RestoreOptions): Promise<Backup> => {
  const { backup, to, progress = () => {}, clock = systemClock } = options
  const note = await noteOf(backup)
  if (!(await hasData(backup))) throw notBackup(backup)
  await fillFolder(to, clock, async (draft) => {
    await checkRoom(draft, note.bytes)
    await copy(backup, draft, note, progress).catch((error) => {
      throw explainRoom(error, draft)
    })
    await flush(dataFileOf(draft))
    await checkCopy(backup, draft, progress)
    await writeFormat(draft)
    await writeBackupNote(draft, note)
  })
  return { takenAt: note.takenAt, bytes: note.bytes }
}

const noteOf = async (folder: string): Promise<BackupNote> => {
  const note = await readBackupNote(folder).catch((error) => {
    throw new ArchiveError('damaged', `${folder}/backup.json can't be read: use another backup`, { cause: error })
  })
  if (note) return note
  throw notBackup(folder)
}

const copy = async (backup: string, draft: string, note: BackupNote, progress: Tell): Promise<void> => {
  const hash = createHash('sha256')
  let done = 0
  const counted = new Transform({
    transform(chunk, _encoding, next) {
      hash.update(chunk)
      done += chunk.length
      progress({ doing: 'copying', done, of: note.bytes })
      next(null, chunk)
    },
  })
  await pipeline(
    createReadStream(dataFileOf(backup), { highWaterMark: 2 ** 20 }),
    counted,
    createWriteStream(dataFileOf(draft)),
  )
  if (done !== note.bytes || hash.digest('hex') !== note.sha256)
    throw new ArchiveError(
      'damaged',
      `The backup ${backup} is not as it was made: use another one. Nothing was restored`,
    )
}

const notBackup = (folder: string): ArchiveError =>
  new ArchiveError('no-backup', `${folder} is no backup: name a folder that daakia backup has made`)
