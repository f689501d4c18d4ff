/** What has collected something in this tick. */
export interface Flushable {
  flush(): void
}

/** Flushes, once at the end of the tick, what was written to during it: many packets, one write for each socket. */
export class Tick {
  #waiting: Flushable[] = []

  add(flushable: Flushable): void {
    // After the promises of this tick as well, so that their packets go with the same write.
    if (this.#waiting.push(flushable) === 1) process.nextTick(() => this.#flush())
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const flushable of waiting) flushable.flush()
  }
}
