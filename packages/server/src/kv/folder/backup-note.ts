import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-file.js'

/** Lies in the folder of a backup, until a server is started on it. */
export interface BackupNote {
  format: 'daakia-backup'
  /** Milliseconds since the Unix epoch. */
  takenAt: number
  /** Of the data file. */
  bytes: number
  sha256: string
}

const notePath = (folder: string): string => join(folder, 'backup.json')

/** `undefined` where the folder is no backup, or a server has been started on it. @throws SyntaxError */
export const readBackupNote = async (folder: string): Promise<BackupNote | undefined> => {
  try {
    return JSON.parse(await readFile(notePath(folder), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export const writeBackupNote = (folder: string, note: BackupNote): Promise<void> =>
  writeDurably(notePath(folder), JSON.stringify(note))

export const removeBackupNote = (folder: string): Promise<void> => rm(notePath(folder), { force: true })
