import { archiveMessages, folderArchive } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { ConfigError } from '../config/problems.js'
import { type Io, processIo, type Status } from '../io.js'
import { type ArchivePlaceOptions, archiveOf } from './archive-place.js'
import { attempt } from './attempt.js'

export interface ArchiveOptions extends ArchivePlaceOptions {
  /** Messages that are older are moved; by default `archive.afterSeconds`. */
  afterSeconds?: number
  /** All but so many of the newest of a conversation are moved; by default `archive.keepMessages`. */
  keepMessages?: number
}

/**
 * Moves older messages out of the store into an archive, that histories still read. Where it was stopped it goes on when it is
 * called again.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const archive = (options: ArchiveOptions, io: Io = processIo): Promise<Status> =>
  attempt(io, async (line) => {
    const { config, place, folder } = await archiveOf(options, io)
    const { vendor } = options
    const { messages, conversations } = await archiveMessages({
      place,
      to: folderArchive(folder),
      ...termsOf(options, config),
      ...(vendor !== undefined && { vendor }),
      progress: line.tell,
    })
    line.clear()
    const moved = `${messages} ${messages === 1 ? 'message' : 'messages'} of ${conversations} ${conversations === 1 ? 'conversation' : 'conversations'}`
    io.output.write(messages === 0 ? 'There was nothing to move.\n' : `${folder} has ${moved} more now.\n`)
    return 0
  })

/** What was given for this run takes the place of all that is configured. */
const termsOf = ({ afterSeconds, keepMessages }: ArchiveOptions, { archive = {} }: DaakiaConfig) => {
  const given = afterSeconds === undefined && keepMessages === undefined ? archive : { afterSeconds, keepMessages }
  if (given.afterSeconds === undefined && given.keepMessages === undefined)
    throw new ConfigError([
      'Say which messages are to be moved: give --older-than 90d, or --keep-messages 1000, or both.',
    ])
  return {
    ...(given.afterSeconds !== undefined && { afterSeconds: given.afterSeconds }),
    ...(given.keepMessages !== undefined && { keepMessages: given.keepMessages }),
  }
}
