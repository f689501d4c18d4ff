/** One who waits for a flush, with what its transaction answered or threw. */
export class Waiting<W, T> {
  answer: W | undefined
  thrown: { error: unknown } | undefined

  constructor(
    private readonly flushed: ((answer: W) => T) | undefined,
    private readonly resolve: (value: T) => void,
    readonly reject: (error: unknown) => void,
  ) {}

  /** Runs the transaction; once more, it is as if it had not run before. */
  attempt(work: () => W): void {
    this.answer = undefined
    this.thrown = undefined
    try {
      this.answer = work()
    } catch (error) {
      this.thrown = { error }
    }
  }

  settle(): void {
    try {
      if (this.thrown) throw this.thrown.error
      this.resolve(this.flushed ? this.flushed(this.answer as W) : (this.answer as unknown as T))
    } catch (error) {
      this.reject(error)
    }
  }
}
