/** More work came than the lanes and the queue before them take. */
export class LanesFull extends Error {
  override readonly name = 'LanesFull'
}

/** Does so much at a time, lets so much more wait in turn, and takes no more than that. */
export class Lanes {
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(private readonly limits: { atOnce: number; waiting: number }) {}

  /** @throws LanesFull, or what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #enter(): Promise<void> | undefined {
    if (this.#running < this.limits.atOnce) {
      this.#running++
      return undefined
    }
    if (this.#waiting.length >= this.limits.waiting) throw new LanesFull('Too much is waiting already')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Whoever waits longest takes the place over. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
