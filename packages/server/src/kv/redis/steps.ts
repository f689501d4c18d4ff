import { setImmediate as nextTurn } from 'node:timers/promises'
import { StorageError } from '../errors.js'
import type { Work } from './work.js'

export type Group = readonly Work<never, never>[]

/**
 * Work in its order, a group at a time: what arrives while one is under way shares the next step, and so does what arrives in one turn of
 * the event loop, with whichever events of it.
 */
export class Steps {
  readonly #settle: (group: Group) => Promise<void>
  #waiting: Work<never, never>[] = []
  #running: Promise<void> | undefined

  constructor(settle: (group: Group) => Promise<void>) {
    this.#settle = settle
  }

  add(work: Work<never, never>): void {
    this.#waiting.push(work)
    this.#running ??= this.#runAll()
  }

  /** Rejects what has not begun. */
  refuse(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each.reject(error)
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #runAll(): Promise<void> {
    await nextTurn()
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#settle(group)
        for (const each of group) each.settle()
      } catch (error) {
        for (const each of group) each.reject(error)
        // They were asked for after what was refused, and perhaps by the same one: they are not to come before it.
        this.refuse(asRefused(error as Error))
      }
      await nextTurn()
    }
    this.#running = undefined
  }
}

/** Of what was not begun nothing is in doubt. */
export const asRefused = (error: Error): Error =>
  error instanceof StorageError && error.inDoubt
    ? new StorageError(error.reason, 'What was asked before it is in doubt: nothing of this was kept', { cause: error })
    : error
