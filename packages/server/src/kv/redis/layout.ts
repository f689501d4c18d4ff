import type { Key, Table } from '../port.js'
import { orderedBytes } from './ordered-bytes.js'

/** What Redis calls the hash of a table's values and the sorted set of its keys. */
export interface TableKeys {
  hash: string
  order: string
}

/** An entry of a table: a field of a hash. */
export interface Place {
  hash: string
  field: string | Buffer
  /** Tells it from all other places. */
  name: string
}

/**
 * Where entries are in Redis. A table is a hash from keys to values, and a sorted set that has the keys in order. A followed
 * table, whose entries are numbered under a prefix, has a hash for each prefix: from numbers to values, with its ends beside
 * them. All begin with the same hash tag, so that one script may write to them.
 */
export class Layout {
  readonly #beginning: string
  readonly #tables = new Map<string, TableKeys>()

  /** @param beginning of all keys, with the hash tag */
  constructor(beginning: string) {
    this.#beginning = beginning
  }

  /** What tells whether the part has gone back. */
  get past(): string {
    return `${this.#beginning}past`
  }

  /** Of the process that commits: its newest commit. */
  commitsOf(process: string): string {
    return `${this.#beginning}commits:${process}`
  }

  tableKeys({ name }: Table<unknown>): TableKeys {
    const known = this.#tables.get(name)
    if (known) return known
    const keys = { hash: `${this.#beginning}values:${name}`, order: `${this.#beginning}keys:${name}` }
    this.#tables.set(name, keys)
    return keys
  }

  sequenceKey({ name }: Table<unknown>, prefix: Key): string {
    return `${this.#beginning}sequence:${name}:${prefix.map(readable).join('/')}`
  }

  place(table: Table<unknown>, key: Key): Place {
    if (table.followed) return this.numbered(this.sequenceKey(table, key.slice(0, -1)), key.at(-1) as number)
    const { hash } = this.tableKeys(table)
    const field = orderedBytes(key)
    return { hash, field, name: nameOf(hash, field) }
  }

  numbered(sequence: string, number: number): Place {
    return { hash: sequence, field: `${number}`, name: `${sequence}\0${number}` }
  }
}

/** What all keys of one part begin with: the hash tag keeps them together in a Cluster. */
export const beginningOf = (prefix: string, partition: number): string => `${prefix}{${partition}}:`

/** The key that the end of a sequence's name stands for. */
export const readKey = (name: string): Key =>
  name.split('/').map((part) => (part.startsWith('#') ? Number(part.slice(1)) : decodeURIComponent(part)))

/** For those who look at Redis with other tools; a number is told from a text of the same digits. */
const readable = (part: string | number): string => (typeof part === 'number' ? `#${part}` : encodeURIComponent(part))

export const nameOf = (hash: string, field: Buffer): string => `${hash}\0${field.toString('latin1')}`
