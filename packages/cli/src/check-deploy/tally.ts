import type { StateCheck } from '@daakia/bot-sdk'
import type { StoredStateEntry } from '@daakia/protocol'

/** Conversations that would be parked for the same reasons. */
export interface Misfit {
  reasons: readonly string[]
  count: number
  /** Some of them. */
  conversations: string[]
}

/** What new code would make of the states of a server. */
export class Tally {
  /** Conversations with a run that is going on. */
  states = 0
  /** Of these, those that `migrate` makes fit. */
  migrated = 0
  /** Those that are parked now, and would go on. */
  freed = 0
  /** Those that would be parked, and are not parked now. */
  lost = 0
  readonly #misfits = new Map<string, Misfit>()
  readonly #examples: number

  /** @param examples so many conversations are named for each reason */
  constructor(examples: number) {
    this.#examples = examples
  }

  add({ conversation, parked }: Pick<StoredStateEntry, 'conversation' | 'parked'>, check: StateCheck): void {
    this.states++
    if (!check.fits) {
      this.#note(conversation, check.reasons)
      if (parked === undefined) this.lost++
      return
    }
    if (check.migrated) this.migrated++
    if (parked !== undefined) this.freed++
  }

  #note(conversation: string, reasons: readonly string[]): void {
    const key = JSON.stringify(reasons)
    const misfit = this.#misfits.get(key) ?? { reasons, count: 0, conversations: [] }
    misfit.count++
    if (misfit.conversations.length < this.#examples) misfit.conversations.push(conversation)
    this.#misfits.set(key, misfit)
  }

  /** Those that concern most come first. */
  get misfits(): readonly Misfit[] {
    return [...this.#misfits.values()].sort((one, other) => other.count - one.count)
  }

  get parked(): number {
    return this.misfits.reduce((sum, { count }) => sum + count, 0)
  }

  get live(): number {
    return this.states - this.parked
  }
}
