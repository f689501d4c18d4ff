import { readdir } from 'node:fs/promises'
import type { Clock } from '@daakia/protocol'
import { StorageError } from '../../kv/errors.js'
import { readBackupNote } from '../../kv/folder/backup-note.js'
import { claimFolder } from '../../kv/folder/claim.js'
import { hasData } from '../../kv/folder/format.js'
import { under } from '../../kv/keys.js'
import { openLmdb } from '../../kv/lmdb.js'
import type { Key, Reader, SharedKeyValue, Table } from '../../kv/port.js'
import { openSnapshot } from '../../kv/read-only.js'
import { ArchiveError } from '../errors.js'
import type { Place, Source } from './place.js'

const pageSize = 250

/** A data folder that is read, and stays as it is; no server can be started on it meanwhile. @throws StorageError */
export const folderToReadFrom = async (folder: string, clock: Clock): Promise<Source> => {
  if (!(await hasData(folder)))
    throw new StorageError('no-data', `${folder} has no data of Daakia: name another folder`)
  const claim = await claimFolder(folder, clock)
  try {
    const isRestored = (await readBackupNote(folder)) !== undefined
    const snapshot = await openSnapshot(folder)
    const close = async () => {
      await snapshot.close()
      await claim.release()
    }
    return { ...placeOf(folder, reading(snapshot), snapshot), isRestored, close }
  } catch (error) {
    await claim.release()
    throw error
  }
}

/** A data folder that is made, or that a migration has begun to fill. @throws StorageError; ArchiveError with `exists` */
export const folderToWriteTo = async (folder: string, clock: Clock): Promise<Place> => {
  await refuseOthers(folder)
  const kv = await openLmdb({ folder, clock })
  return { ...placeOf(folder, kv, kv), close: () => kv.close() }
}

/** What was killed before it had written anything leaves a lock. */
const refuseOthers = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch(() => [])
  if (names.some((name) => !/^lock\.\d+$/.test(name)) && !(await hasData(folder)))
    throw new ArchiveError('exists', `${folder} exists already: choose another folder, or remove it`)
}

const placeOf = (folder: string, kv: SharedKeyValue, reader: Reader): Omit<Place, 'close'> => ({
  ...{ kind: 'folder', shown: folder, parts: [kv], pageSize },
  partsOf: () => [kv],
  prefixes: (table, _part, from) => prefixesIn(reader, table, from),
  // The folder is claimed.
  checkUnused: async () => {},
})

const reading = (reader: Reader): SharedKeyValue => ({
  read: async (work) => work(reader),
  write: () => Promise.reject(new Error('What is moved is not changed')),
  close: async () => {},
})

async function* prefixesIn(reader: Reader, table: Table<unknown>, start: Key = []): AsyncGenerator<Key> {
  const { to } = under()
  for (let from = start; ; ) {
    const [next] = reader.range(table, { from, to, limit: 1 })
    if (!next) return
    const prefix = next.key.slice(0, -1)
    yield prefix
    // Behind all that lies under it.
    from = under(...prefix).to
  }
}
