import type { RealClock } from '../time/real-clock.js'
import type { SceneClock } from '../time/scene-clock.js'
import { VirtualClock } from '../time/virtual-clock.js'
import type { Child } from './child.js'
import type { Clockwork, OfBot, OfServer } from './questions.js'

type AnyChild = Child<OfServer> | Child<OfBot>

/** The time of a scene that is played in several processes: each has a clock, and they are moved together. */
export class ClockOfProcesses implements SceneClock {
  readonly #own: VirtualClock | RealClock
  /** When something is due in the processes that are there, as they have told last. */
  readonly #due = new Map<AnyChild, number | undefined>()
  #watches = 0

  constructor(own: VirtualClock | RealClock) {
    this.#own = own
  }

  get startedAt(): number {
    return this.#own.startedAt
  }

  get elapsedMs(): number {
    return this.#own.elapsedMs
  }

  get nextDue(): number | undefined {
    const all = [this.#own.nextDue, ...this.#due.values()].filter((due) => due !== undefined)
    return all.length === 0 ? undefined : Math.min(...all)
  }

  /** What a process that starts now is to go by. */
  get clockwork(): Clockwork {
    const isWatched = this.#watches > 0
    return this.#own instanceof VirtualClock
      ? { time: 'virtual', now: this.#own.now(), isWatched }
      : { time: 'real', isWatched }
  }

  now(): number {
    return this.#own.now()
  }

  after(...call: Parameters<SceneClock['after']>): ReturnType<SceneClock['after']> {
    return this.#own.after(...call)
  }

  keepWatch(): ReturnType<SceneClock['keepWatch']> {
    const unwatch = this.#own.keepWatch()
    this.#watch(1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      unwatch()
      this.#watch(-1)
    }
  }

  /** This process goes by it from now on. */
  leads(child: AnyChild): void {
    this.#due.set(child, undefined)
  }

  /** It has told when something is due there. */
  isDue(child: AnyChild, time: number | undefined): void {
    if (this.#due.has(child)) this.#due.set(child, time)
  }

  leaves(child: AnyChild): void {
    this.#due.delete(child)
  }

  /** It is this time everywhere before anything goes off anywhere: what one process sends, no other gets in its past. */
  async passTo(time: number): Promise<void> {
    if (this.#own instanceof VirtualClock) this.#own.arriveAt(time)
    await this.#each((child) => child.ask('arriveAt', time))
    await Promise.all([this.#own.passTo(time), this.#each((child) => child.ask('passTo', time))])
  }

  #watch(one: 1 | -1): void {
    const before = this.#watches
    this.#watches += one
    const isWatched = this.#watches > 0
    if (before > 0 === isWatched) return
    for (const child of this.#due.keys()) (child as Child<OfBot>).tell('watch', isWatched)
  }

  /** Of those that have ended others tell. */
  async #each(ask: (child: Child<OfBot>) => Promise<unknown>): Promise<void> {
    await Promise.allSettled([...this.#due.keys()].map((child) => ask(child as Child<OfBot>)))
  }
}
