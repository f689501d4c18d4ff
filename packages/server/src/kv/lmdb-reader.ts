import type { RootDatabase, Transaction } from 'lmdb'
import { unseal } from './checksum.js'
import { damaged } from './damaged.js'
import type { RawEntry, RawReader } from './engine.js'
import { isDamage } from './lmdb-errors.js'
import { namedKey, storedKey } from './lmdb-keys.js'
import type { Key, Range, Table } from './port.js'

export type Database = RootDatabase<Uint8Array, (string | number)[]>

/** Reads tables of LMDB, and checks what it reads. All tables live in one tree; the table's name is the first element of the key. */
export class LmdbReader implements RawReader {
  readonly #db: Database
  readonly #folder: string
  readonly #options: { transaction?: Transaction }

  /** @param transaction the moment to read at; what is newest where it is absent */
  constructor(db: Database, folder: string, transaction?: Transaction) {
    this.#db = db
    this.#folder = folder
    this.#options = transaction ? { transaction } : {}
  }

  bytes(table: Table<unknown>, key: Key): Uint8Array | undefined {
    const named = [table.name, ...key]
    try {
      // Its types know of no options.
      const sealed = (this.#db as unknown as WithOptions).getBinary(storedKey(named), this.#options)
      return sealed && this.#open(named, sealed)
    } catch (error) {
      throw this.#fault(error)
    }
  }

  *entries(table: Table<unknown>, { from, to, limit, reverse }: Range): Iterable<RawEntry> {
    const [low, high] = [storedKey([table.name, ...from]), storedKey([table.name, ...to])]
    const bounds = reverse
      ? { start: high, exclusiveStart: true, end: low, inclusiveEnd: true, reverse }
      : { start: low, end: high }
    const options = limit === undefined ? bounds : { ...bounds, limit }
    try {
      for (const { key, value } of this.#db.getRange({ ...options, ...this.#options })) {
        const named = namedKey(key)
        yield { key: named.slice(1), bytes: this.#open(named, value) }
      }
    } catch (error) {
      throw this.#fault(error)
    }
  }

  #open(named: Key, sealed: Uint8Array): Uint8Array {
    const bytes = unseal(named, sealed)
    if (bytes) return bytes
    const [table, ...key] = named
    throw damaged(this.#folder, `the entry ${JSON.stringify(key)} of ${table} is not as it was written`)
  }

  #fault(error: unknown): unknown {
    return isDamage(error) ? damaged(this.#folder, (error as Error).message, error) : error
  }
}

interface WithOptions {
  getBinary(key: Key, options: { transaction?: Transaction }): Uint8Array | undefined
}
