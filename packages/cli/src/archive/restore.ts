import { resolve } from 'node:path'
import { restore as bringBack } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { attempt } from './attempt.js'
import { type DataFolderOptions, dataFolderOf } from './data-folder.js'

export interface RestoreOptions extends DataFolderOptions {
  /** A folder that `daakia backup` has made. */
  backup: string
}

/**
 * Makes a data folder of a backup.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const restore = (options: RestoreOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const to = await dataFolderOf(options, io)
    const { takenAt } = await bringBack({ backup: resolve(io.folder, options.backup), to, progress: line.tell })
    line.clear()
    io.output.write(`${to} is as it was at ${new Date(takenAt).toISOString()}. daakia serve goes on from there.\n`)
    return 0
  })
