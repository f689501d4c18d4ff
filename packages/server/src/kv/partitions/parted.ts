import type { Key, Partitions, Reader, Setbacks, SharedKeyValue, Table, Transaction } from '../port.js'
import { numberOf } from './number-of.js'
import { readAcross } from './read-across.js'

/** The number of the partition that has an entry; of a part of a key `undefined` where that may be any of them. */
export type PlaceOf = (table: Table<unknown>, key: Key, partitions: number) => number | undefined

/** Several key-value stores as one: each entry is in the one that `placeOf` says. */
export class PartedKeyValue implements SharedKeyValue {
  readonly partitions: Partitions
  readonly setbacks: Setbacks | undefined
  readonly #placeOf: PlaceOf

  constructor(all: Partitions['all'], placeOf: PlaceOf) {
    const count = all.length
    this.setbacks = all[0].setbacks
    this.partitions = { all, of: (vendor, name) => all[numberOf(vendor, name, count)] as SharedKeyValue }
    this.#placeOf = placeOf
  }

  read<T>(work: (reader: Reader) => T): Promise<T> {
    return readAcross(this.partitions.all, this.#placeOf, work)
  }

  /** What is written here belongs to no conversation, and to no client. */
  write<W, T = W>(work: (tx: Transaction) => W, flushed?: (answer: W) => T): Promise<T> {
    return this.partitions.all[0].write(work, flushed)
  }

  async close(): Promise<void> {
    await Promise.all(this.partitions.all.map((each) => each.close()))
  }
}
