import { existsSync, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, systemClock } from '@daakia/protocol'
import { open, type RootDatabaseOptionsWithPath } from 'lmdb'
import { type Log, silentLog } from '../log.js'
import { seal } from './checksum.js'
import { damaged, dataFileOf } from './damaged.js'
import type { Change, Commit, Engine } from './engine.js'
import { isFull, type StorageError } from './errors.js'
import { readBackupNote, removeBackupNote } from './folder/backup-note.js'
import { claimFolder, type FolderClaim } from './folder/claim.js'
import { writeFormat } from './folder/format.js'
import { GroupCommit } from './group-commit.js'
import { storageError } from './lmdb-errors.js'
import { storedKey } from './lmdb-keys.js'
import { type Database, LmdbReader } from './lmdb-reader.js'
import { checkDataFile } from './pages/check.js'
import type { Key, KeyValue, Table } from './port.js'
import { Reserve } from './reserve.js'
import { restores } from './restores.js'
import { Room } from './room.js'

export interface LmdbOptions {
  /** Made where it does not exist. One process has it at a time. */
  folder: string
  clock?: Clock
  log?: Log
  /**
   * Called when the disk has failed: what is in its cache may or may not be on it, so that the process has to end and
   * read it anew. Default: throws out of the event loop, which ends the process.
   */
  failed?(error: StorageError): void
}

/** Addresses, not disk: so much is mapped at once, and mapping again is rare. */
const mapBytes = 2 ** 38

const betweenReaderChecksMs = 60_000

const endProcess = (error: StorageError): void => {
  setImmediate(() => {
    throw error
  })
}

const openDatabase = (folder: string): Database =>
  open(folder, {
    encoding: 'binary',
    mapSize: mapBytes,
    noSubdir: false,
    // Otherwise a read would see a write some time before it is on disk.
    overlappingSync: false,
    // Otherwise a commit that fails rejects a promise that nobody has, too.
    eventTurnBatching: false,
  } as RootDatabaseOptionsWithPath)

const reserveOf = (db: Database, folder: string): Reserve => {
  const stats = () => db.getStats() as { pageSize: number; lastPageNumber: number }
  const file = dataFileOf(folder)
  const { pageSize: pageBytes } = stats()
  const used = () => (stats().lastPageNumber + 1) * pageBytes
  return new Reserve({ file, pageBytes, used, bytes: statSync(file).size })
}

class LmdbEngine extends LmdbReader implements Engine {
  readonly #db: Database
  readonly #reserve: Reserve
  readonly #health: Health
  readonly #forgetReaders: () => void

  constructor(db: Database, folder: string, reserve: Reserve, health: Health, clock: Clock) {
    super(db, folder)
    this.#db = db
    this.#reserve = reserve
    this.#health = health
    this.#forgetReaders = readerChecks(db, clock)
  }

  seal(table: Table<unknown>, key: Key, value: Uint8Array): Uint8Array {
    return seal(table.name, key, value)
  }

  async commit({ take, atOnce, begun }: Commit): Promise<void> {
    // What arrives in this turn of the event loop, on whatever socket, shares the flush.
    if (!atOnce) await nextTurn()
    const changes = take()
    if (changes.length === 0) return
    try {
      this.#forgetReaders()
      await this.#reserve.makeRoom(changes)
      const written = this.#db.batch(() => changes.forEach(this.#make))
      // LMDB starts its thread in the next turn of the event loop, before those who ask for one now.
      setImmediate(begun)
      await written
    } catch (error) {
      throw await this.#health.refused(error)
    }
    // What is small finds room on a full disk now and then: that is no news.
    if (!this.#reserve.isShort) this.#health.succeeded()
  }

  readonly #make = ({ table, key, sealed }: Change): void => {
    const stored = storedKey([table.name, ...key])
    if (sealed) this.#db.put(stored, sealed)
    else this.#db.remove(stored)
  }
}

/** A process that was killed while it read, such as a backup, would keep all room that becomes free from being used. */
const readerChecks = (db: Database, clock: Clock): (() => void) => {
  let checkedAt = clock.now()
  return () => {
    if (clock.now() - checkedAt < betweenReaderChecksMs) return
    checkedAt = clock.now()
    db.readerCheck()
  }
}

/** What the disk does with what is written to it, and who is told of that. */
class Health {
  readonly #folder: string
  readonly #room: Room
  readonly #log: Log
  readonly #failed: (error: StorageError) => void

  constructor(folder: string, log: Log, failed: (error: StorageError) => void) {
    this.#folder = folder
    this.#room = new Room(folder, log)
    this.#log = log
    this.#failed = failed
  }

  succeeded(): void {
    this.#room.found()
  }

  async refused(error: unknown): Promise<StorageError> {
    const fault = await storageError(error, this.#folder)
    if (isFull(fault)) this.#room.missing(fault)
    else this.#fail(fault)
    return fault
  }

  #fail(fault: StorageError): void {
    this.#log.error({ folder: this.#folder, error: fault.message }, 'The storage has failed: the process ends')
    this.#failed(fault)
  }
}

class LmdbKeyValue extends GroupCommit {
  readonly #db: Database
  readonly #claim: FolderClaim

  constructor(db: Database, claim: FolderClaim, { log, failed, clock }: Required<Omit<LmdbOptions, 'folder'>>) {
    const { folder } = claim
    super(new LmdbEngine(db, folder, reserveOf(db, folder), new Health(folder, log, failed), clock))
    this.#db = db
    this.#claim = claim
  }

  override async close(): Promise<void> {
    await super.close()
    await this.#db.close()
    await this.#claim.release()
  }
}

/** A backup that a server is started on becomes a history of its own. */
const noteRestore = async (kv: KeyValue, folder: string, clock: Clock): Promise<void> => {
  if (!(await readBackupNote(folder))) return
  await kv.write((tx) => tx.put(restores, [0], clock.now()))
  await removeBackupNote(folder)
}

/** @throws StorageError with `damaged` */
const checkData = (folder: string, clock: Clock): void => {
  if (!existsSync(dataFileOf(folder))) throw damaged(folder, 'it is gone')
  checkDataFile(folder, clock)
}

/**
 * Opens the store in a folder of this machine.
 *
 * @throws StorageError with `in-use`, `not-a-folder`, `not-writable`, `newer-version`, `older-version` or `damaged`.
 */
export const openLmdb = async ({
  folder,
  clock = systemClock,
  log = silentLog,
  failed = endProcess,
}: LmdbOptions): Promise<KeyValue> => {
  const claim = await claimFolder(folder, clock)
  try {
    if (claim.hasData) checkData(folder, clock)
    const opened = new LmdbKeyValue(openDatabase(folder), claim, { log, failed, clock })
    if (claim.hasData) await noteRestore(opened, folder, clock)
    else await writeFormat(folder)
    return opened
  } catch (error) {
    await claim.release()
    throw await storageError(error, folder)
  }
}
