import { type ArchiveVerification, folderArchive, verifyArchive as verifyFiles } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { type ArchivePlaceOptions, archiveOf } from './archive-place.js'
import { verdict } from './verdict.js'

export interface VerifyArchiveOptions extends ArchivePlaceOptions {
  /** Tells what was found as JSON. */
  json?: boolean
}

/**
 * Says which files of an archive are whole, of all that a data folder or a Redis has there.
 *
 * @returns 0 where all are; 1 where some are not; 2 where it could not look, which is told on `io.errors`
 */
export const verifyArchive = (options: VerifyArchiveOptions, io: Io = processIo): Promise<Status> =>
  verdict(io, async (line) => {
    const { place, folder } = await archiveOf(options, io)
    const { vendor, json } = options
    const terms = { place, archive: folderArchive(folder), ...(vendor !== undefined && { vendor }) }
    const found = await verifyFiles({ ...terms, progress: line.tell })
    line.clear()
    io.output.write(json ? `${JSON.stringify({ folder, ...found })}\n` : reportOf(folder, found))
    return found
  })

const reportOf = (folder: string, { files, messages, problems, problemCount }: ArchiveVerification): string => {
  const good = `${files} ${files === 1 ? 'file' : 'files'} with ${messages} ${messages === 1 ? 'message' : 'messages'}`
  if (problemCount === 0) return files === 0 ? `Nothing is in ${folder} yet.\n` : `${folder} is whole: ${good}.\n`
  const more = problemCount - problems.length
  return `${[
    `${folder} is damaged: ${problemCount} ${problemCount === 1 ? 'file is' : 'files are'} not whole. Whole: ${good}.`,
    ...problems.map((problem) => `- ${problem}.`),
    ...(more > 0 ? [`- and ${more} more.`] : []),
  ].join('\n')}\n`
}
