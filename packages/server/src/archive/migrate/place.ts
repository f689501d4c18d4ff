import type { Key, SharedKeyValue, Table } from '../../kv/port.js'

/** Where a server keeps what it stores, while no server uses it. */
export interface Place {
  readonly kind: 'folder' | 'redis'
  /** For people, without passwords. */
  readonly shown: string
  /** All engines that it consists of. */
  readonly parts: readonly SharedKeyValue[]
  /** Which of them have an entry: several have a copy of some. */
  partsOf(table: Table<unknown>, key: Key, value: unknown): readonly SharedKeyValue[]
  /** So many entries are read at once. */
  readonly pageSize: number
  /** Under what the entries of a table that is followed lie in a part: each once, in the same order each time, from this one on. */
  prefixes(table: Table<unknown>, part: SharedKeyValue, from?: Key): AsyncIterable<Key>
  /** @throws ArchiveError with `in-use`, where a server uses it now */
  checkUnused(): Promise<void>
  close(): Promise<void>
}

export interface Source extends Place {
  /** It is a backup that was restored, and no server was started on it since. */
  readonly isRestored: boolean
}
