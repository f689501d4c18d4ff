import type { Activity } from '../../activity.js'
import type { Delivery, LiveSession } from './port.js'

/** Sends answers and turns to sessions, to each in order, when it has room. What a session leaves behind is dropped. */
export class PacedSender {
  readonly #lines = new WeakMap<LiveSession, Line>()

  constructor(private readonly activity: Activity) {}

  /** Sends it if it can be sent at once, and nothing waits before it. */
  sendNow(session: LiveSession, delivery: Delivery): boolean {
    return !this.#lines.get(session)?.waiting && !session.closed && session.send(delivery) !== false
  }

  /** Resolves when the delivery was sent, or dropped. */
  send(session: LiveSession, delivery: Delivery): Promise<void> {
    const line = this.#lines.get(session) ?? new Line(session, this.activity)
    this.#lines.set(session, line)
    return line.add(delivery)
  }

  /** The session is gone. */
  drop(session: LiveSession): void {
    this.#lines.get(session)?.clear()
    this.#lines.delete(session)
  }
}

class Line {
  #waiting: { delivery: Delivery; done: () => void }[] = []
  #over: (() => void) | undefined

  constructor(
    private readonly session: LiveSession,
    private readonly activity: Activity,
  ) {}

  get waiting(): boolean {
    return this.#waiting.length > 0
  }

  add(delivery: Delivery): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ delivery, done })
      if (!this.#over) this.#flush()
    })
  }

  clear(): void {
    for (const { done } of this.#waiting.splice(0)) done()
    this.#rest()
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.session.closed) {
        this.clear()
        return
      }
      if (!this.session.send(next.delivery)) {
        this.#waitForRoom()
        return
      }
      this.#waiting.shift()
      next.done()
    }
    this.#rest()
  }

  #waitForRoom(): void {
    this.#over ??= this.activity.begin()
    this.session.whenRoom(() => this.#flush())
  }

  #rest(): void {
    this.#over?.()
    this.#over = undefined
  }
}
