/**
 * The ordered key-value engine beneath the components that store: LMDB on disk, a sorted map in memory, or Redis. Tables
 * share one transaction, so what several components write together is committed together.
 */

/** Ordered element by element: numbers before strings, numbers by value, strings by code point; a prefix comes first. */
export type Key = readonly (string | number)[]

/** A named set of entries. Values are plain data: what msgpack can carry, with `Uint8Array` for bytes. */
export interface Table<V> {
  readonly name: string
  /** Few and small, and read in most transactions: kept in memory for them. */
  readonly hot?: boolean
  /** Appended to, and read on from its end by many: what is newest, and small, is kept in memory for them. */
  readonly followed?: boolean
  /** What is looked for is most often not there: where that costs a way, it is taken to be so until it is checked. */
  readonly seldom?: boolean
  /** Carries the type of the values; never set. */
  readonly value?: V
}

export const table = <V>(
  name: string,
  options: { hot?: boolean; followed?: boolean; seldom?: boolean } = {},
): Table<V> => ({
  name,
  ...options,
})

/** A value that was appended. */
export interface Numbered<V> {
  number: number
  value: V
}

export interface Range {
  /** The first key, inclusive. */
  from: Key
  /** The end, exclusive. With `reverse`, entries come from the one before `to` down to `from`. */
  to: Key
  limit?: number
  reverse?: boolean
}

/** A view of one moment. Values must not be changed. */
export interface Reader {
  get<V>(table: Table<V>, key: Key): V | undefined
  range<V>(table: Table<V>, range: Range): Iterable<{ key: Key; value: V }>
  /** The highest number that follows `prefix` in the keys of a table; 0 where there is none. */
  lastNumber(table: Table<unknown>, prefix: Key): number
  /** What was appended under `prefix` after this number, in order, as long as it is not removed. */
  after<V>(table: Table<V>, prefix: Key, number: number, limit?: number): Iterable<Numbered<V>>
}

/** Sees its own writes. */
export interface Transaction extends Reader {
  put<V>(table: Table<V>, key: Key, value: V): void
  /**
   * Puts a value under `prefix` and the number after the highest one there, 1 for the first, and answers the number.
   * What lies under such a prefix is written in no other way; it may be removed, but for the highest, which may only be
   * replaced.
   */
  append<V>(table: Table<V>, prefix: Key, value: V): number
  remove(table: Table<unknown>, key: Key): void
}

export interface SharedKeyValue {
  /**
   * Present where it is divided: what is written together lies in one partition then, and `work` of `write` belongs to one of
   * them. That of `read` may read of all, each of which it sees as it is at one moment of its own.
   */
  readonly partitions?: Partitions
  /** Present where what was written, and seen, may be lost: a Redis whose master dies, and took along what no other had. */
  readonly setbacks?: Setbacks | undefined
  /**
   * Present beside `setbacks`, on a partition: others have heard that it had gone back so often. Where it knows of less, it has gone
   * back since with nobody there to notice: that is written down, and told, as if it had been noticed now.
   *
   * @throws StorageError where it can't be written down now: it is before what is written next
   */
  hadGoneBack?(times: number): Promise<void>
  /**
   * Present as `hadGoneBack`: others have what it has lost, and it knows of no more than so often. That is written down, and told, as
   * if it had been noticed now, together with what `goOn` writes; neither is where somebody else has written it down.
   *
   * @throws StorageError as there
   */
  hasLost?(times: number, goOn: (tx: Transaction) => void): Promise<void>
  /**
   * Resolves with what `work` makes of one moment, of which it sees only what has been flushed. `work` may be run more
   * than once, and reads, and nothing else. If it throws, the promise rejects with what was thrown.
   */
  read<T>(work: (reader: Reader) => T): Promise<T>
  /**
   * Runs `work` in a transaction and resolves with what it returned once that is on disk. Transactions run one after
   * the other; those that arrive together share one flush (group commit). If `work` throws, nothing of it is kept
   * and the promise rejects with what was thrown. `work` may be run more than once, each time on what is there then:
   * what it does beside its answer and its writes must not depend on how often.
   *
   * What is read outside a transaction has been flushed. What leaves the process is therefore either read outside, or
   * sent after the promise has resolved.
   *
   * With `flushed` it resolves with what that makes of the answer, once it is on disk and others can read it. Those of
   * several transactions are called one after the other.
   *
   * @throws StorageError when the disk refuses.
   */
  write<W, T = W>(work: (tx: Transaction) => W, flushed?: (answer: W) => T): Promise<T>
  /** Resolves when everything written is on disk and the folder is free for another process. */
  close(): Promise<void>
}

/** Tells of partitions that have less than they had. */
export interface Setbacks {
  /** Returns the way to stop it. */
  listen(listener: SetbackListener): () => void
}

export interface SetbackListener {
  /**
   * This process has found, or heard, that a partition has gone back to an earlier moment: what is remembered of it may never have
   * been, and its positions are of another epoch when it is read next. Called before anything is read or written there.
   */
  wentBack(partition: number): void
  /** Called on one process, the first one to write down that a partition has gone back. `commits`: so many are lost at least. */
  writtenDown?(partition: number, commits: number): void
  /** Called after that where nobody was there to notice when it went back: others had heard of more (`hadGoneBack`). */
  wasOlder?(partition: number): void
}

/** The partitions of a store that is divided. */
export interface Partitions {
  /** In their order. What belongs to no conversation and to no client lies in the first one. */
  readonly all: readonly [SharedKeyValue, ...SharedKeyValue[]]
  /** The one that has what belongs to a conversation, or to a client: the same for the same name, for ever. */
  of(vendor: string, name: string): SharedKeyValue
}

/** What has all that belongs to a conversation, or to a client. */
export const partitionOf = (kv: SharedKeyValue, vendor: string, name: string): SharedKeyValue =>
  kv.partitions ? kv.partitions.of(vendor, name) : kv

/** Whether one partition has all that belongs to both. */
export const areTogether = (kv: SharedKeyValue, vendor: string, one: string, other: string): boolean =>
  partitionOf(kv, vendor, one) === partitionOf(kv, vendor, other)

/** What has all that belongs to no conversation and to no client. */
export const firstPartition = (kv: SharedKeyValue): SharedKeyValue => kv.partitions?.all[0] ?? kv

/** An engine of this process, which reads at once: `work` runs once. */
export interface KeyValue extends SharedKeyValue, Reader {}
