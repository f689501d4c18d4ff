import type { CommitTurn } from '@daakia/protocol'
import type { StoredTimer } from '../engine/port.js'
import { timerChanges } from './timer-changes.js'

/** What a bot has handled in a conversation, from commit to commit. */
export class Progress {
  #processed: number
  #heard: number
  /** Messages that went first: up to `processed`, or told by another bot. */
  #again: number[] = []
  #fired = new Set<string>()
  /** As the server has them. */
  #timers: readonly StoredTimer[]

  constructor(processed: number, timers: readonly StoredTimer[]) {
    this.#processed = processed
    this.#heard = processed
    this.#timers = timers
  }

  /** The `seq` of the message that was heard last. */
  get heard(): number {
    return this.#heard
  }

  /** The message with this `seq` was; one that went `first` says nothing of those before it. */
  handled(seq: number, { first = false } = {}): void {
    this.#heard = seq
    if (seq > this.#processed && !first) this.#processed = seq
    else this.#again.push(seq)
  }

  /** The server has named the timer of this id. */
  fired(id: string): void {
    this.#fired.add(id)
  }

  /** What is to be committed of it, where the run has set these timers; from here on it counts anew. */
  take(timers: readonly StoredTimer[], namedUntil: number): Pick<CommitTurn, 'processed' | 'again' | 'timers'> {
    const taken = {
      processed: this.#processed,
      ...(this.#again.length > 0 && { again: this.#again }),
      timers: timerChanges(this.#timers, timers, this.#fired, namedUntil),
    }
    this.#timers = timers
    this.#fired = new Set()
    this.#again = []
    return taken
  }
}
