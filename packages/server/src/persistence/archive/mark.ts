import { ArchiveError } from '../../archive/errors.js'
import type { ArchiveMark, Archiving } from '../port.js'
import { markName } from './names.js'
import type { ArchiveStore } from './port.js'
import { reached } from './segment-cache.js'

interface MarkParts {
  store: Pick<Archiving, 'archiveMark'>
  archive: ArchiveStore
  makeId: () => string
}

/**
 * Sees to it that the archive is that of the store: not the folder beneath a share that is not mounted, and not that of another
 * server. It bears the id that the store knows.
 *
 * @throws ArchiveError with `away` or `exists`
 */
export const markArchive = async ({ store, archive, makeId }: MarkParts): Promise<void> => {
  const mark = await store.archiveMark(makeId())
  if (!(await bears(archive, mark))) await reached(archive.put(markName, markOf(mark.id)))
  if (!mark.isWritten) await store.archiveMark(mark.id, { isWritten: true })
}

/** Whether an archive bears this mark; not yet, where none was written. @throws ArchiveError with `away`, `exists` or `damaged` */
export const bears = async (archive: Pick<ArchiveStore, 'get'>, { id, isWritten }: ArchiveMark): Promise<boolean> => {
  const borne = idIn(await reached(archive.get(markName)))
  if (borne !== undefined && borne !== id)
    throw new ArchiveError('exists', 'The archive belongs to another server: give this one an archive of its own')
  if (borne === undefined && isWritten)
    throw new ArchiveError(
      'away',
      `The archive has no ${markName}, which this server has written into its own: is it mounted, and the right one?`,
    )
  return borne !== undefined
}

const markOf = (id: string): Uint8Array => new TextEncoder().encode(`${JSON.stringify({ archive: id })}\n`)

const idIn = (bytes: Uint8Array | undefined): string | undefined => {
  if (!bytes) return undefined
  try {
    return String((JSON.parse(new TextDecoder().decode(bytes)) as { archive?: unknown }).archive)
  } catch (error) {
    throw new ArchiveError('damaged', `${markName} of the archive is damaged. Bring it back from a copy`, {
      cause: error,
    })
  }
}
