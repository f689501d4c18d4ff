import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '@daakia/protocol'
import type { RedisLink } from '../../redis/link.js'
import { StorageError } from '../errors.js'
import type { Reader, SharedKeyValue, Transaction } from '../port.js'
import { Desk } from './desk.js'
import { beginningOf } from './layout.js'
import { Work } from './work.js'

export interface RedisKeyValueOptions {
  link: RedisLink
  /** Which part of the data it is: all keys of one part carry the same hash tag. */
  partition: number
  clock?: Clock
}

type Group = Work<never, never>[]

/**
 * A key-value store in Redis, of which several processes may each have one. Transactions run on what this process knows;
 * what they write is written in one step where all that they have read is still so, and else they run again on what is there
 * now. Those that arrive while a step is under way share the next one.
 */
export class RedisKeyValue implements SharedKeyValue {
  readonly #link: RedisLink
  readonly #desk: Desk
  #waiting: Group = []
  #running: Promise<void> | undefined
  #closed = false

  constructor({ link, partition, clock = systemClock }: RedisKeyValueOptions) {
    this.#link = link
    this.#desk = new Desk({
      link,
      clock,
      beginning: beginningOf(link.prefix, partition),
      process: randomBytes(6),
      stuck: () => this.#refuseWaiting(),
    })
  }

  read<T>(work: (reader: Reader) => T): Promise<T> {
    return this.#add(work as (tx: Transaction) => T, undefined)
  }

  write<W, T = W>(work: (tx: Transaction) => W, flushed?: (answer: W) => T): Promise<T> {
    return this.#add(work, flushed)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  #add<W, T>(work: (tx: Transaction) => W, flushed: ((answer: W) => T) | undefined): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageError('closed', 'The storage is closed'))
    if (!this.#link.isUp) return Promise.reject(this.#away())
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(new Work(work, flushed, resolve, reject) as unknown as Work<never, never>)
      this.#running ??= this.#runAll()
    })
  }

  /** Nothing waits behind what was asked before Redis went away, and is asked again: who has come since can be told. */
  #refuseWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each.reject(this.#away())
  }

  #away(): StorageError {
    return new StorageError('away', this.#link.awayMessage)
  }

  async #runAll(): Promise<void> {
    await undefined
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#desk.settle(group)
        for (const each of group) each.settle()
      } catch (error) {
        for (const each of group) each.reject(error)
      }
    }
    this.#running = undefined
  }
}
