/** Hears of partitions that have lost what was acknowledged. */
export interface SetbackListener {
  /**
   * This process has found, or heard, that a partition has gone back to an earlier moment: what is remembered of it may never have
   * been, and its positions are of another epoch when it is read next. Called before anything is read or written there.
   */
  wentBack(partition: number): void
  /** Called on one process, the first one to write down that a partition has gone back. `commits`: so many are lost at least. */
  writtenDown?(partition: number, commits: number): void
}

/** Who hears, in this process, that partitions have gone back. */
export class Setbacks {
  readonly #listeners = new Set<SetbackListener>()

  /** Returns the way to stop it. */
  listen(listener: SetbackListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  wentBack(partition: number): void {
    for (const listener of this.#listeners) listener.wentBack(partition)
  }

  writtenDown(partition: number, commits: number): void {
    for (const listener of this.#listeners) listener.writtenDown?.(partition, commits)
  }
}
