import type { Alarm, Clock } from '@daakia/protocol'

interface OnItsWay {
  go(): void
  alarm?: Alarm | undefined
  /** It may go as soon as all that is before it has gone. */
  isDue: boolean
}

/** What goes in one direction of a connection, in its order: at once, later, or when it is let go. */
export class Way {
  readonly #clock: Clock
  #queue: OnItsWay[] = []
  #isHeld = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How much is on its way. */
  get length(): number {
    return this.#queue.length
  }

  /** Goes so many milliseconds from now, and after all that is on its way. */
  send(go: () => void, delayMs: number): void {
    if (this.#queue.length === 0 && !this.#isHeld && delayMs === 0) go()
    else this.#wait(go, delayMs)
  }

  #wait(go: () => void, delayMs: number): void {
    const item: OnItsWay = { go, isDue: delayMs === 0 }
    if (delayMs > 0) item.alarm = this.#clock.after(delayMs, () => this.#due(item))
    this.#queue.push(item)
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** What comes from now on waits until it is let go. */
  hold(): void {
    this.#isHeld = true
  }

  letGo(): void {
    this.#isHeld = false
    this.#drain()
  }

  /** All of it goes now. */
  hurry(): void {
    this.#isHeld = false
    for (const item of this.#queue) this.#settle(item)
    this.#drain()
  }

  /** None of it goes any more. */
  clear(): void {
    for (const item of this.#queue) this.#settle(item)
    this.#queue = []
    this.#isHeld = false
  }

  #due(item: OnItsWay): void {
    this.#settle(item)
    this.#drain()
  }

  #settle(item: OnItsWay): void {
    item.alarm?.cancel()
    item.isDue = true
  }

  #drain(): void {
    while (!this.#isHeld && this.#queue[0]?.isDue) this.#queue.shift()?.go()
  }
}
