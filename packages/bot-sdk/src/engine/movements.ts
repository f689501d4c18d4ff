import type { Surroundings } from './port.js'

/** Wakes who waits for a run to move. */
export class Movements {
  readonly #after: Surroundings['after']
  #moved = () => {}

  /** @param after calls back once, so many milliseconds from now */
  constructor(after: Surroundings['after']) {
    this.#after = after
  }

  /** Something has moved. */
  moved(): void {
    this.#moved()
  }

  /** Resolves when something moves, or after `atMostMs`; not before it moves where that is not given. */
  async next(atMostMs: number | undefined): Promise<void> {
    const moved = new Promise<void>((resolve) => {
      this.#moved = resolve
    })
    const alarm = atMostMs === undefined ? undefined : this.#after(atMostMs, this.#moved)
    await moved
    alarm?.cancel()
  }
}
