import { type Clock, systemClock } from '@daakia/protocol'
import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb'
import { type Log, silentLog } from '../log.js'
import { type RawEntry, type RawReader, type RawWriter, UnpackingReader } from './engine.js'
import { isFull, type StorageError } from './errors.js'
import { claimFolder, type FolderClaim } from './folder/claim.js'
import { GroupCommit } from './group-commit.js'
import { storageError } from './lmdb-errors.js'
import type { Key, KeyValue, Range, Table, Transaction } from './port.js'
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

const endProcess = (error: StorageError): void => {
  setImmediate(() => {
    throw error
  })
}

type Database = RootDatabase<Uint8Array, (string | number)[]>

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

/** All tables live in one tree; the table's name is the first element of the key. */
class LmdbEngine implements RawReader, RawWriter {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    return this.#db.getBinary([table.name, ...key])
  }

  *entries(table: Table<unknown>, { from, to, limit, reverse }: Range): Iterable<RawEntry> {
    const [low, high] = [
      [table.name, ...from],
      [table.name, ...to],
    ]
    const bounds = reverse
      ? { start: high, exclusiveStart: true, end: low, inclusiveEnd: true, reverse }
      : { start: low, end: high }
    for (const { key, value } of this.#db.getRange(limit === undefined ? bounds : { ...bounds, limit })) {
      yield { key: key.slice(1), bytes: value }
    }
  }

  set(table: Table<unknown>, key: Key, bytes: Uint8Array): void {
    this.#db.putSync([table.name, ...key], bytes)
  }

  remove(table: Table<unknown>, key: Key): void {
    this.#db.removeSync([table.name, ...key])
  }
}

class LmdbKeyValue extends UnpackingReader implements KeyValue {
  readonly #db: Database
  readonly #claim: FolderClaim
  readonly #group: GroupCommit
  readonly #room: Room
  readonly #log: Log
  readonly #failed: (error: StorageError) => void

  constructor(db: Database, claim: FolderClaim, { log, failed }: Required<Pick<LmdbOptions, 'log' | 'failed'>>) {
    const engine = new LmdbEngine(db)
    super(engine)
    this.#db = db
    this.#claim = claim
    this.#room = new Room(claim.folder, log)
    this.#log = log
    this.#failed = failed
    this.#group = new GroupCommit(engine, (work) => this.#commit(work))
  }

  write<T>(work: (tx: Transaction) => T): Promise<T> {
    return this.#group.write(work)
  }

  async close(): Promise<void> {
    await this.#group.close()
    await this.#db.close()
    await this.#claim.release()
  }

  async #commit(work: () => void): Promise<void> {
    try {
      // A child transaction, because it is undone where `work` throws.
      await this.#db.childTransaction(work)
    } catch (error) {
      const fault = await storageError(error, this.#claim.folder)
      this.#refused(fault)
      throw fault
    }
    this.#room.found()
  }

  #refused(fault: StorageError): void {
    if (isFull(fault)) this.#room.missing(fault)
    else this.#fail(fault)
  }

  #fail(fault: StorageError): void {
    this.#log.error({ folder: this.#claim.folder, error: fault.message }, 'The storage has failed: the process ends')
    this.#failed(fault)
  }
}

/**
 * Opens the store in a folder of this machine.
 *
 * @throws StorageError with `in-use`, `not-a-folder`, `not-writable` or `newer-version`.
 */
export const openLmdb = async ({
  folder,
  clock = systemClock,
  log = silentLog,
  failed = endProcess,
}: LmdbOptions): Promise<KeyValue> => {
  const claim = await claimFolder(folder, clock)
  try {
    return new LmdbKeyValue(openDatabase(folder), claim, { log, failed })
  } catch (error) {
    await claim.release()
    throw await storageError(error, folder)
  }
}
