import { resolve } from 'node:path'
import { backup as takeBackup } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { attempt } from './attempt.js'
import { type DataFolderOptions, dataFolderOf } from './data-folder.js'
import { inMegabytes } from './in-megabytes.js'

export interface BackupOptions extends DataFolderOptions {
  /** A folder that does not exist yet. */
  to: string
}

/**
 * Copies a data folder, also while a server uses it.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const backup = (options: BackupOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const folder = await dataFolderOf(options, io)
    const to = resolve(io.folder, options.to)
    const { bytes } = await takeBackup({ folder, to, progress: line.tell })
    line.clear()
    io.output.write(`${to} holds all of ${folder}, checked (${inMegabytes(bytes)}).\n`)
    return 0
  })
