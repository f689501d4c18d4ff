import { setTimeout } from 'node:timers/promises'
import { open, type RootDatabaseOptionsWithPath, type Transaction } from 'lmdb'
import { damaged, dataFileOf } from './damaged.js'
import { type RawReader, UnpackingReader } from './engine.js'
import { StorageError } from './errors.js'
import { hasData } from './folder/format.js'
import { storageError } from './lmdb-errors.js'
import { type Database, LmdbReader } from './lmdb-reader.js'
import { checkLength } from './pages/check.js'
import { Damage } from './pages/damage.js'
import { DataFile } from './pages/data-file.js'
import { readMeta } from './pages/meta.js'
import type { Reader } from './port.js'

/** A data folder as it is at one moment, whoever writes to it meanwhile. */
export interface Snapshot extends Reader {
  readonly folder: string
  /** Packed values. */
  readonly raw: RawReader
  /** Copies the data file into an existing folder, as it is now, and flushes nothing. */
  copyTo(folder: string): Promise<void>
  /** What was freed since the snapshot was made can be used again only after this. */
  close(): Promise<void>
}

/** A server that runs may be writing the page that is read. */
const tries = 5
const betweenTriesMs = 20

class LmdbSnapshot extends UnpackingReader implements Snapshot {
  readonly folder: string
  readonly raw: RawReader
  readonly #db: Database
  readonly #transaction: Transaction

  constructor(folder: string, db: Database, transaction: Transaction) {
    const raw = new LmdbReader(db, folder, transaction)
    super(raw)
    this.raw = raw
    this.folder = folder
    this.#db = db
    this.#transaction = transaction
  }

  async copyTo(folder: string): Promise<void> {
    await this.#db.backup(folder, false)
  }

  async close(): Promise<void> {
    ;(this.#transaction as unknown as { done(): void }).done()
    await this.#db.close()
  }
}

/**
 * Opens a data folder for reading, also while a server uses it: it is not claimed, and the server is not disturbed. One
 * that lies where nothing may be written is read as well, and then no server may use it meanwhile.
 *
 * @throws StorageError with `no-data`, `newer-version`, `older-version` or `damaged`
 */
export const openSnapshot = async (folder: string): Promise<Snapshot> => {
  if (!(await hasData(folder)))
    throw new StorageError('no-data', `${folder} has no data of Daakia: name another folder`)
  await checkFile(folder)
  try {
    const db: Database = open({
      path: folder,
      readOnly: true,
      encoding: 'binary',
      noSubdir: false,
    } as RootDatabaseOptionsWithPath)
    return new LmdbSnapshot(folder, db, db.useReadTransaction())
  } catch (error) {
    throw await storageError(error, folder)
  }
}

const checkFile = async (folder: string, triesLeft = tries): Promise<void> => {
  try {
    const file = new DataFile(dataFileOf(folder))
    try {
      checkLength(file, readMeta(file))
    } finally {
      file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged(folder, 'it is gone', error)
    if (!(error instanceof Damage)) throw error
    if (triesLeft <= 1) throw damaged(folder, error.message, error)
    await setTimeout(betweenTriesMs)
    await checkFile(folder, triesLeft - 1)
  }
}
