import { resolve } from 'node:path'
import { type Verification, verify as verifyData } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { type DataFolderOptions, dataFolderOf } from './data-folder.js'
import { verdict } from './verdict.js'

export interface VerifyOptions extends DataFolderOptions {
  /** The folder; by default the one that `daakia serve` would use. */
  folder?: string
  /** Tells what was found as JSON. */
  json?: boolean
}

/**
 * Says what is whole of a data folder, or of a backup.
 *
 * @returns 0 where all is; 1 where something is not; 2 where it could not look, which is told on `io.errors`
 */
export const verify = (options: VerifyOptions, io: Io = processIo): Promise<Status> =>
  verdict(io, async (line) => {
    const folder = options.folder === undefined ? await dataFolderOf(options, io) : resolve(io.folder, options.folder)
    const found = await verifyData({ folder, progress: line.tell })
    line.clear()
    io.output.write(options.json ? `${JSON.stringify(found)}\n` : reportOf(found))
    return found
  })

const reportOf = ({ folder, entries, problems, problemCount, compared }: Verification): string => {
  const all = Object.values(entries).reduce((sum, count) => sum + count, 0)
  const counts = Object.entries(entries).map(([table, count]) => `  ${table.padEnd(22)} ${count}`)
  const more = problemCount - problems.length
  const verdict =
    problemCount === 0
      ? `${folder} is whole: ${all} entries.`
      : `${folder} is damaged: ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}, and ${all} entries that are whole.`
  return `${[
    verdict,
    ...problems.map((problem) => `- ${problem}.`),
    ...(more > 0 ? [`- and ${more} more.`] : []),
    ...(compared ? [] : ['What tables say of each other was not compared.']),
    ...(all > 0 ? ['Whole entries:', ...counts] : []),
  ].join('\n')}\n`
}
