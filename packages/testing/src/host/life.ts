import type { Clock } from '@daakia/protocol'
import { MortalClock } from '../time/mortal-clock.js'

/**
 * What a server has from its start until it is killed. A process that dies does nothing more; in this one it goes on, and
 * nothing of it has an effect: no alarm of it goes off, and what it had stored belongs to the next one.
 */
export class Life {
  readonly #clock: MortalClock
  readonly #mourners = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = new MortalClock(clock)
  }

  get clock(): Clock {
    return this.#clock
  }

  end(): void {
    this.#clock.end()
    for (const mourn of this.#mourners) mourn()
  }

  /** Resolves when the work is done, or when nobody is left to do it. */
  async whileItLasts(work: Promise<void>): Promise<void> {
    let mourn = () => {}
    const over = new Promise<void>((resolve) => {
      mourn = resolve
    })
    this.#mourners.add(mourn)
    await Promise.race([work, over])
    this.#mourners.delete(mourn)
  }
}
