import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ArchiveError, exportVendor } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { attempt } from './attempt.js'
import { type DataFolderOptions, dataFolderOf } from './data-folder.js'

export interface ExportOptions extends DataFolderOptions {
  vendor: string
  /** A file that does not exist yet; where it is absent, the export goes to `io.output`. */
  out?: string
}

/**
 * Writes all that belongs to a vendor as lines of JSON, also while a server uses the data.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const exportData = (options: ExportOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const folder = await dataFolderOf(options, io)
    const archived = { some: false }
    const lines = noting(exportVendor({ folder, vendor: options.vendor, progress: line.tell }), archived)
    if (options.out === undefined) await pipeline(Readable.from(lines), io.output, { end: false })
    else await writeFile(resolve(io.folder, options.out), lines)
    line.clear()
    if (archived.some)
      io.errors.write(
        `Older messages of ${options.vendor} are in an archive, and not in this export: copy the vendor's folder of the archive too.\n`,
      )
    return 0
  })

/** Passes an export on, and notes whether it names files of an archive. */
async function* noting(lines: AsyncIterable<string>, archived: { some: boolean }): AsyncGenerator<string> {
  for await (const text of lines) {
    // Tables do not share a portion.
    if (text.startsWith('{"table":"segments"')) archived.some = true
    yield text
  }
}

/** The file gets its name when it is whole and on disk. */
const writeFile = async (path: string, lines: AsyncIterable<string>): Promise<void> => {
  if (existsSync(path)) throw new ArchiveError('exists', `${path} exists already: name another file, or remove it`)
  const draft = `${path}.partial`
  const file = await open(draft, 'w')
  try {
    for await (const text of lines) await file.writeFile(text)
    await file.sync()
    await file.close()
    await rename(draft, path)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(draft, { force: true })
    throw error
  }
}
