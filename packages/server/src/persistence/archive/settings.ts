import { OptionsError } from '../../errors.js'
import type { ArchiveStore } from './port.js'

/**
 * Where older messages are, and which are moved there: with neither `afterSeconds` nor `keepMessages` the server moves nothing, and
 * reads what `daakia archive` has moved.
 */
export interface ArchiveOptions {
  /** A folder, by `folderArchive`, or an object storage of yours. All nodes of a server are given the same. */
  store: ArchiveStore
  /** Messages that are older are moved. */
  afterSeconds?: number
  /** All but so many of the newest messages of a conversation are moved. */
  keepMessages?: number
}

/** @throws OptionsError */
export const checkArchive = ({ store, afterSeconds, keepMessages }: ArchiveOptions): void => {
  const lacking = (['put', 'get', 'remove'] as const).find((name) => typeof store?.[name] !== 'function')
  if (lacking)
    throw new OptionsError('archive.store', `archive.store must be an archive, with the functions put, get and remove`)
  for (const [name, value] of Object.entries({ afterSeconds, keepMessages }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      throw new OptionsError(`archive.${name}`, `archive.${name} must be a whole number, and more than 0`)
}
