import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Clock, systemClock } from '@daakia/protocol'
import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb'
import { type Log, silentLog } from '../log.js'
import { type Change, type Engine, type RawEntry, UnpackingReader } from './engine.js'
import { isFull, type StorageError } from './errors.js'
import { claimFolder, type FolderClaim } from './folder/claim.js'
import { GroupCommit } from './group-commit.js'
import { dataFile, storageError } from './lmdb-errors.js'
import type { Key, KeyValue, Range, Table, Transaction } from './port.js'
import { Reserve } from './reserve.js'
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
  globalThis.setImmediate(() => {
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

const reserveOf = (db: Database, folder: string): Reserve => {
  const stats = () => db.getStats() as { pageSize: number; lastPageNumber: number }
  const file = join(folder, dataFile)
  const { pageSize: pageBytes } = stats()
  const used = () => (stats().lastPageNumber + 1) * pageBytes
  return new Reserve({ file, pageBytes, used, bytes: statSync(file).size })
}

/** All tables live in one tree; the table's name is the first element of the key. */
class LmdbEngine implements Engine {
  readonly #db: Database
  readonly #reserve: Reserve
  readonly #health: Health

  constructor(db: Database, reserve: Reserve, health: Health) {
    this.#db = db
    this.#reserve = reserve
    this.#health = health
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

  async commit(take: () => readonly Change[]): Promise<void> {
    // What arrives in this turn of the event loop, on whatever socket, shares the flush.
    await setImmediate()
    const changes = take()
    if (changes.length === 0) return
    try {
      await this.#reserve.makeRoom(changes)
      await this.#db.batch(() => changes.forEach(this.#make))
    } catch (error) {
      throw await this.#health.refused(error)
    }
    this.#health.succeeded()
  }

  readonly #make = ({ table, key, bytes }: Change): void => {
    if (bytes) this.#db.put([table.name, ...key], bytes)
    else this.#db.remove([table.name, ...key])
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

class LmdbKeyValue extends UnpackingReader implements KeyValue {
  readonly #db: Database
  readonly #claim: FolderClaim
  readonly #group: GroupCommit

  constructor(db: Database, claim: FolderClaim, { log, failed }: Required<Pick<LmdbOptions, 'log' | 'failed'>>) {
    const engine = new LmdbEngine(db, reserveOf(db, claim.folder), new Health(claim.folder, log, failed))
    super(engine)
    this.#db = db
    this.#claim = claim
    this.#group = new GroupCommit(engine)
  }

  write<T>(work: (tx: Transaction) => T): Promise<T> {
    return this.#group.write(work)
  }

  async close(): Promise<void> {
    await this.#group.close()
    await this.#db.close()
    await this.#claim.release()
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
