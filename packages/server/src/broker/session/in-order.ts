/** Starts work in the order in which it was asked for, where some of it has to wait for something first. */
export class InOrder {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Something has been asked for and not yet started: what comes now has to be asked for as well. */
  get busy(): boolean {
    return this.#waiting > 0
  }

  /** Starts `work` with what `ready` gives, after all that was asked for before has started. Resolves with its result. */
  async run<T, R>(ready: Promise<T>, work: (ready: T) => R | Promise<R>): Promise<R> {
    this.#waiting++
    const start = Promise.all([ready, this.#last]).then(([value]) => ({ result: work(value) }))
    this.#last = start.catch(() => {})
    try {
      await start
    } finally {
      this.#waiting--
    }
    return (await start).result
  }
}
