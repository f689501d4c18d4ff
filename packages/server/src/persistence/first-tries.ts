import { keyName } from '../kv/key-name.js'
import { type Seat, seatKey } from './seat.js'

/** What comes after a turn: a first try, one that has begun with the answer and is not counted, or one that is counted. */
export type NextTry = 'first' | 'begun' | 'counted'

const mostRemembered = 50_000

/**
 * Counts the first try at what waits in memory, so that it costs no write. That is enough where all that waits came while
 * this process ran: a try that a process did not live to see the end of is counted on the disk, by the next process,
 * which knows of no seat that it is quiet.
 */
export class FirstTries {
  /** Seats in which nothing waited at some moment of this process; true while a try is not counted on the disk. */
  readonly #quiet = new Map<string, boolean>()
  readonly #remembers: boolean

  /** Where it does not remember, each try is counted on the disk. */
  constructor({ remembers }: { remembers: boolean }) {
    this.#remembers = remembers
  }

  /** Nothing waits in the seat, or only what came after such a moment: the next try is a first one. */
  expect(seat: Seat): void {
    if (!this.#remembers) return
    const name = nameOf(seat)
    this.#quiet.delete(name)
    if (this.#quiet.size >= mostRemembered) this.#forgetOldest()
    this.#quiet.set(name, false)
  }

  /** Whether the next try is the first one, and may be counted here. */
  mayCount(seat: Seat): boolean {
    return this.#quiet.get(nameOf(seat)) === false
  }

  count(seat: Seat): void {
    if (!this.#remembers) return
    this.#quiet.set(nameOf(seat), true)
  }

  /** Tries that are not counted on the disk. */
  uncounted(seat: Seat): number {
    return this.#quiet.get(nameOf(seat)) ? 1 : 0
  }

  /** All are counted on the disk, and so is the next one. */
  counted(seat: Seat): void {
    this.#quiet.delete(nameOf(seat))
  }

  /** A turn has ended. */
  settled(seat: Seat, next: NextTry): void {
    if (next === 'first') this.expect(seat)
    else if (next === 'begun') this.count(seat)
    else this.counted(seat)
  }

  #forgetOldest(): void {
    for (const [name, tried] of this.#quiet) {
      if (!tried) this.#quiet.delete(name)
      if (!tried) return
    }
  }
}

const nameOf = (seat: Seat): string => keyName(seatKey(seat))
