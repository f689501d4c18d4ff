import type { Alarm, AlarmPurpose } from '@daakia/protocol'
import type { SceneClock } from './scene-clock.js'

interface Waiting {
  due: number
  readonly run: () => void
  readonly purpose?: AlarmPurpose | undefined
}

// Taken now: a test may replace them with ones that stand still.
const { setImmediate, clearImmediate } = globalThis

/** Time that stands still until a test moves it. */
export class VirtualClock implements SceneClock {
  readonly startedAt: number
  #now: number
  readonly #waiting = new Set<Waiting>()
  /** Who looks whether somebody is still there. They wait for as long as nobody has reason to. */
  readonly #looking = new Map<Waiting, { delayMs: number }>()
  #watches = 0

  /** @param startsAt milliseconds since the Unix epoch */
  constructor(startsAt: number) {
    this.startedAt = startsAt
    this.#now = startsAt
  }

  now(): number {
    return this.#now
  }

  /** Milliseconds since the clock was made. */
  get elapsedMs(): number {
    return this.#now - this.startedAt
  }

  /** When the earliest waiting call is due, upkeep aside; `undefined` where none waits. */
  get nextDue(): number | undefined {
    return earliest([...this.#waiting].filter(({ purpose }) => purpose !== 'upkeep'))?.due
  }

  after(delayMs: number, run: () => void, purpose?: AlarmPurpose): Alarm {
    if (purpose === 'reconnect') {
      const soon = setImmediate(run)
      return { cancel: () => clearImmediate(soon) }
    }
    const waiting = { due: this.#now + Math.max(0, delayMs), run, purpose }
    if (purpose === 'keep-alive') this.#looking.set(waiting, { delayMs })
    if (purpose !== 'keep-alive' || this.#watches > 0) this.#waiting.add(waiting)
    return {
      cancel: () => {
        this.#waiting.delete(waiting)
        this.#looking.delete(waiting)
      },
    }
  }

  keepWatch(): () => void {
    this.#watches += 1
    if (this.#watches === 1)
      for (const [looking, { delayMs }] of this.#looking) {
        looking.due = this.#now + delayMs
        this.#waiting.add(looking)
      }
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#watches -= 1
      if (this.#watches === 0) for (const looking of this.#looking.keys()) this.#waiting.delete(looking)
    }
  }

  async passTo(time: number): Promise<void> {
    this.moveTo(time)
  }

  /**
   * Moves to `time` and makes the calls that are due by then, one after the other: the earliest first, and of several
   * at the same moment the one that was asked for first. A call that this adds at the same moment is made too.
   *
   * @throws RangeError where `time` has passed already
   */
  moveTo(time: number): void {
    this.#callThose(({ due }) => due <= time, time)
  }

  /** As `moveTo`, but for the calls that are due just then: they are not made yet. */
  arriveAt(time: number): void {
    this.#callThose(({ due }) => due < time, time)
  }

  #callThose(areMeant: (waiting: Waiting) => boolean, time: number): void {
    if (time < this.#now) throw new RangeError(`Time does not run backwards: ${time} is before ${this.#now}`)
    for (let next = earliest(this.#waiting); next && areMeant(next); next = earliest(this.#waiting)) {
      this.#waiting.delete(next)
      this.#looking.delete(next)
      this.#now = next.due
      next.run()
    }
    this.#now = time
  }
}

const earliest = (all: Iterable<Waiting>): Waiting | undefined => {
  let earliest: Waiting | undefined
  for (const waiting of all) if (!earliest || waiting.due < earliest.due) earliest = waiting
  return earliest
}
