import type { Transaction } from '../port.js'
import { type Incarnation, isMadeBy, type Raise, raiseAfter, raising } from './raising.js'
import { WentBackError } from './went-back.js'

export interface OwedOptions {
  /** Called when this process is the one that has written that down. `commits`: so many are lost at least. */
  writtenDown(commits: number): void
  /** Called after that where others had heard of more than it knew. */
  wasOlder(): void
}

interface Setback extends Raise {
  commits: number
  isByOthers: boolean
  /** They had heard that it had gone back more often than it knew. */
  isOlder: boolean
}

/** That the partition went back, as far as it is still to be written down. */
export class Owed {
  readonly #options: OwedOptions
  #setback: Setback | undefined

  constructor(options: OwedOptions) {
    this.#options = options
  }

  get isDue(): boolean {
    return this.#setback !== undefined
  }

  /** Others have told that it had gone back. */
  get isByOthers(): boolean {
    return this.#setback?.isByOthers ?? false
  }

  /** It may be in doubt whether it was written down: this is what was to be. */
  isMadeByOwn(incarnation: Incarnation): boolean {
    return this.#setback !== undefined && isMadeBy(this.#setback, incarnation)
  }

  /** This process has found that so many commits are gone. @param count how often it had gone back, as far as is known */
  foundLess(count: number, commits: number): void {
    // Where the last one is not written down yet, it may be there all the same.
    const after = Math.max(count, this.#setback?.after ?? 0)
    const { isOlder = false } = this.#setback ?? {}
    this.#setback = { ...raiseAfter(after), commits, isByOthers: this.isByOthers, isOlder }
  }

  /** Others have heard that it had gone back so often. Answers whether that is news. @param count as above */
  heardOf(times: number, count: number): boolean {
    const { after = 0, commits = 1 } = this.#setback ?? {}
    if (after >= times || count >= times) return false
    this.#setback = { ...raiseAfter(times), upTo: times - 1, commits, isByOthers: true, isOlder: true }
    return true
  }

  /**
   * Others have what it has lost since it had gone back so often, as it knows; `goOn` writes what goes on from there. Answers whether that
   * is news. @param count as above
   */
  hasLost(times: number, count: number, goOn: (tx: Transaction) => void): boolean {
    const { after = -1, commits = 1, isOlder = false } = this.#setback ?? {}
    if (after >= times || count > times) return false
    this.#setback = { ...raiseAfter(times), goOn, commits, isByOthers: true, isOlder }
    return true
  }

  /** Writes down what is due, and tells it where no other process was first. @throws StorageError where that can't be done now */
  async writeDown(settle: (raise: ReturnType<typeof raising>) => Promise<void>): Promise<void> {
    for (let setback = this.#setback; setback; setback = this.#setback) {
      const raise = raising(setback)
      try {
        await settle(raise)
      } catch (error) {
        if (error instanceof WentBackError) continue
        throw error
      }
      if (this.#setback === setback) this.#setback = undefined
      if (!raise.isRaised) continue
      this.#options.writtenDown(setback.commits)
      if (setback.isOlder) this.#options.wasOlder()
    }
  }
}
