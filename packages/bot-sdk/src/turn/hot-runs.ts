import type { Run } from '../engine/port.js'
import type { Custody } from './custody.js'
import type { Speech } from './speech.js'
import type { TurnSurroundings } from './turn-surroundings.js'

/** A run that stayed in memory after its commit. */
export interface HotRun {
  /** Of the commit that stored just this state. */
  commitId: string
  run: Run
  around: TurnSurroundings
  speech: Speech
  custody: Custody
}

/** Runs kept in memory between turns, by conversation; the one that was used longest ago makes room. */
export class HotRuns {
  readonly #runs = new Map<string, HotRun>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  keep(conversation: string, hot: HotRun): void {
    this.#runs.set(conversation, hot)
    for (const [oldest, { run }] of this.#runs) {
      if (this.#runs.size <= this.#most) return
      this.#runs.delete(oldest)
      run.close()
    }
  }

  /** Takes it out, if it is what the server has and has come to no harm; otherwise it is thrown away. */
  take(conversation: string, commitId: string | null): HotRun | undefined {
    const hot = this.#runs.get(conversation)
    this.#runs.delete(conversation)
    if (hot && (hot.commitId !== commitId || hot.run.failed)) {
      hot.run.close()
      return undefined
    }
    return hot
  }

  clear(): void {
    for (const { run } of this.#runs.values()) run.close()
    this.#runs.clear()
  }
}
