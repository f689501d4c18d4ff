import { statfs } from 'node:fs/promises'
import { ArchiveError } from './errors.js'

/** @throws ArchiveError with `no-room` */
export const checkRoom = async (folder: string, neededBytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < neededBytes) throw noRoom(folder, `${megabytes(neededBytes)} are needed, and ${megabytes(free)} are free`)
}

/** The refusal, where an error says that the disk has no room; else the error. */
export const explainRoom = (error: unknown, folder: string): unknown => {
  const { code, message } = error as NodeJS.ErrnoException
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || /No space left|too large/.test(message)
  return full ? noRoom(folder, message, error) : error
}

const noRoom = (folder: string, why: string, cause?: unknown): ArchiveError =>
  new ArchiveError('no-room', `No room for it in ${folder} (${why}): free some, or choose another folder`, { cause })

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
