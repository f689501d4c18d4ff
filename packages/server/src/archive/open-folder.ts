import type { Clock } from '@daakia/protocol'
import { StorageError } from '../kv/errors.js'
import { hasData } from '../kv/folder/format.js'
import { openLmdb } from '../kv/lmdb.js'
import type { KeyValue } from '../kv/port.js'
import { refuseUnfinished } from './unfinished.js'

/** A data folder that has data, and that no server uses. @throws StorageError */
export const openFolder = async (folder: string, clock: Clock): Promise<KeyValue> => {
  if (!(await hasData(folder)))
    throw new StorageError('no-data', `${folder} has no data of Daakia: name another folder`)
  const kv = await openLmdb({ folder, clock })
  try {
    refuseUnfinished(kv, folder)
    return kv
  } catch (error) {
    await kv.close()
    throw error
  }
}
