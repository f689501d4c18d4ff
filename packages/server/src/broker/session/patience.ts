import type { Alarm } from '@daakia/protocol'
import type { Services } from '../services.js'
import { SparseSet } from '../sparse.js'
import type { Publisher } from '../subscriber.js'

/**
 * Those who publish wait for a receiver that is behind, so that a burst is not lost; but not for long, so that a
 * receiver that stays behind costs only itself.
 */
export class Patience {
  /** The receiver has been behind for too long: nobody waits for it until it has caught up. */
  over = false
  readonly #held = new SparseSet<Publisher>()
  #alarm: Alarm | undefined

  constructor(private readonly services: Pick<Services, 'clock' | 'limits'>) {}

  hold(publisher: Publisher): void {
    if (this.over || this.#held.has(publisher)) return
    this.#held.add(publisher)
    publisher.hold()
    const { clock, limits } = this.services
    this.#alarm ??= clock.after(limits.patienceMs, () => this.#giveUp())
  }

  caughtUp(): void {
    this.over = false
    this.#release()
  }

  #giveUp(): void {
    this.over = true
    this.#release()
  }

  #release(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
    const held = [...this.#held]
    this.#held.clear()
    for (const publisher of held) publisher.release()
  }
}
