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

/** Where the run of a conversation stays between turns, with those that came to stay before and after it. */
export class Seat {
  hot: HotRun | undefined
  newer: Seat | undefined
  older: Seat | undefined
}

/** Runs that stay in memory between turns; the one that was used longest ago makes room. */
export class HotRuns<TSeat extends Seat> {
  readonly #most: number
  readonly #left: (seat: TSeat) => void
  #oldest: Seat | undefined
  #newest: Seat | undefined
  #count = 0

  /** @param left called when a run had to make room */
  constructor(most: number, left: (seat: TSeat) => void) {
    this.#most = most
    this.#left = left
  }

  keep(seat: TSeat, hot: HotRun): void {
    seat.hot = hot
    seat.older = this.#newest
    if (this.#newest) this.#newest.newer = seat
    else this.#oldest = seat
    this.#newest = seat
    this.#count++
    if (this.#count > this.#most && this.#oldest) this.#makeRoom(this.#oldest as TSeat)
  }

  #makeRoom(seat: TSeat): void {
    this.#take(seat)?.run.close()
    this.#left(seat)
  }

  /** Takes the run, if it is what the server has and has come to no harm; otherwise it is thrown away. */
  take(seat: TSeat, commitId: string | null): HotRun | undefined {
    const hot = this.#take(seat)
    if (!hot || (hot.commitId === commitId && !hot.run.failed)) return hot
    hot.run.close()
    return undefined
  }

  #take(seat: Seat): HotRun | undefined {
    const { hot, older, newer } = seat
    if (!hot) return undefined
    if (older) older.newer = newer
    else this.#oldest = newer
    if (newer) newer.older = older
    else this.#newest = older
    seat.hot = seat.older = seat.newer = undefined
    this.#count--
    return hot
  }

  clear(): void {
    while (this.#oldest) this.#take(this.#oldest)?.run.close()
  }
}
