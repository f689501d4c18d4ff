import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '@daakia/protocol'
import type { RedisLink } from '../../redis/link.js'
import { StorageError } from '../errors.js'
import { incarnations } from '../incarnations.js'
import type { Reader, Setbacks, SharedKeyValue, Transaction } from '../port.js'
import { SetbackListeners } from '../setbacks.js'
import { Desk } from './desk.js'
import { beginningOf } from './layout.js'
import { Steps } from './steps.js'
import { Work } from './work.js'

export interface RedisKeyValueOptions {
  link: RedisLink
  /** Which part of the data it is: all keys of one part carry the same hash tag. */
  partition: number
  clock?: Clock
  /** Who hears that it went back, with those of other parts. */
  setbacks?: SetbackListeners
}

/**
 * A key-value store in Redis, of which several processes may each have one. Transactions run on what this process knows;
 * what they write is written in one step where all that they have read is still so, and else they run again on what is there
 * now. Those that arrive while a step is under way, or in one turn of the event loop, share the next one. What only reads goes
 * beside them: it mostly asks for what is not known yet, and what runs with it would run again, too.
 */
export class RedisKeyValue implements SharedKeyValue {
  readonly setbacks: Setbacks
  readonly #link: RedisLink
  readonly #desk: Desk
  readonly #writing = new Steps((group) => this.#desk.settle(group))
  readonly #reading = new Steps((group) => this.#desk.look(group))
  readonly #stopHearing: () => void
  #closed = false

  constructor({ link, partition, clock = systemClock, setbacks = new SetbackListeners() }: RedisKeyValueOptions) {
    this.#link = link
    this.setbacks = setbacks
    this.#desk = new Desk({
      link,
      clock,
      beginning: beginningOf(link.prefix, partition),
      process: randomBytes(6),
      stuck: () => this.#refuseWaiting(),
      wentBack: () => setbacks.wentBack(partition),
      writtenDown: (commits) => setbacks.writtenDown(partition, commits),
      wasOlder: () => setbacks.wasOlder(partition),
      writeDown: () => this.write(() => {}),
    })
    // Who has nothing to ask for now hears, too, that it has less than it had.
    this.#stopHearing = link.onBack(() => void this.read((reader) => reader.get(incarnations, [0])).catch(() => {}))
  }

  read<T>(work: (reader: Reader) => T): Promise<T> {
    return this.#add(this.#reading, work as (tx: Transaction) => T, undefined)
  }

  write<W, T = W>(work: (tx: Transaction) => W, flushed?: (answer: W) => T): Promise<T> {
    return this.#add(this.#writing, work, flushed)
  }

  async hadGoneBack(times: number): Promise<void> {
    const [known] = (await this.read((reader) => reader.get(incarnations, [0]))) ?? [0]
    if (known >= times) return
    this.#desk.hadGoneBack(times)
    await this.write(() => {})
  }

  async hasLost(times: number, goOn: (tx: Transaction) => void): Promise<void> {
    const [known] = (await this.read((reader) => reader.get(incarnations, [0]))) ?? [0]
    if (known > times) return
    this.#desk.hasLost(times, goOn)
    await this.write(() => {})
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopHearing()
    await Promise.all([this.#writing.idle(), this.#reading.idle()])
  }

  #add<W, T>(steps: Steps, work: (tx: Transaction) => W, flushed: ((answer: W) => T) | undefined): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageError('closed', 'The storage is closed'))
    if (!this.#link.isUp) return Promise.reject(this.#away())
    return new Promise<T>((resolve, reject) => {
      steps.add(new Work(work, flushed, resolve, reject) as unknown as Work<never, never>)
    })
  }

  /**
   * Nothing waits behind what was asked before Redis went away, or its replicas, and is asked again: who has come since can be
   * told. What only reads needs no replicas.
   */
  #refuseWaiting(): void {
    this.#writing.refuse(this.#away())
    if (!this.#link.isUp) this.#reading.refuse(this.#away())
  }

  #away(): StorageError {
    return new StorageError('away', this.#link.awayMessage)
  }
}
