import type { SetbackListener, Setbacks } from './port.js'

/** Who hears, in this process, that partitions have gone back. */
export class SetbackListeners implements Setbacks {
  readonly #listeners = new Set<SetbackListener>()

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

  wasOlder(partition: number): void {
    for (const listener of this.#listeners) listener.wasOlder?.(partition)
  }
}
