/** The first thing that went wrong in a run, boxed: whatever is thrown may be `undefined` too. */
export class Failure {
  #box: { error: unknown } | undefined

  get happened(): boolean {
    return this.#box !== undefined
  }

  note(error: unknown): void {
    this.#box ??= { error }
  }

  /** Notes what `work` throws. */
  watch(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.note(error)
    }
  }

  throwIfHappened(): void {
    if (this.#box) throw this.#box.error
  }
}
