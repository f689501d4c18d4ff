import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { discardImports, importVendor, type KeyValue, openLmdb } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { attempt } from './attempt.js'
import { type DataFolderOptions, dataFolderOf } from './data-folder.js'

export interface ImportOptions extends DataFolderOptions {
  /** An export; `-`, or where it is absent: `io.input`. */
  file?: string
  /** Only removes what imports that were killed have left. */
  discard?: boolean
}

/**
 * Puts a vendor into a data folder that no server uses.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`: then nothing was imported
 */
export const importData = (options: ImportOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const folder = await dataFolderOf(options, io)
    if (options.discard) return withData(folder, (storage) => discard(storage, io))
    const { file = '-' } = options
    const from = file === '-' ? io.input : createReadStream(resolve(io.folder, file), { highWaterMark: 2 ** 18 })
    const { vendor, entries } = await withData(folder, (storage) =>
      importVendor({ storage, from, progress: line.tell }),
    )
    line.clear()
    io.output.write(`${folder} has vendor ${vendor} now, with ${entries} entries.\n`)
    return 0
  })

const withData = async <T>(folder: string, work: (storage: KeyValue) => Promise<T>): Promise<T> => {
  const storage = await openLmdb({ folder })
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

const discard = async (storage: KeyValue, io: Io): Promise<Status> => {
  const vendors = await discardImports(storage)
  const what = vendors.length > 0 ? `what there was of ${vendors.join(', ')}` : 'nothing: no import was cut'
  io.output.write(`Removed ${what}.\n`)
  return 0
}
