import type { Packet } from '@daakia/protocol/mqtt'
import { Fifo } from '../fifo.js'

/** Without one, nothing is said (QoS 0). */
export type Answer = Packet | undefined
/** Asked when all that came before is answered. */
export type AnswerInTurn = () => Answer | Promise<Answer>

/** A publish whose handling goes on. */
export interface PendingPublish {
  settle(answer: Answer | AnswerInTurn): void
}

class Slot implements PendingPublish {
  settled = false
  answer: Answer | AnswerInTurn

  constructor(
    readonly bytes: number,
    private readonly whenSettled: (slot: Slot) => void,
  ) {}

  settle(answer: Answer | AnswerInTurn): void {
    this.settled = true
    this.answer = answer
    this.whenSettled(this)
  }

  /** Of one whose turn it is. Where that takes time, it is settled again. */
  answerNow(): Answer | Promise<unknown> {
    const answer = typeof this.answer === 'function' ? this.answer() : this.answer
    if (!(answer instanceof Promise)) return answer
    this.settled = false
    return answer.then((answer) => this.settle(answer))
  }
}

/** Answers to publishes leave in the order in which the publishes came [MQTT-4.6.0-2], however long each one took. */
export class Acknowledgements {
  readonly #slots = new Fifo<Slot>()
  #waitingBytes = 0
  #idle: (() => void)[] = []

  constructor(
    private readonly send: (answer: Packet) => void,
    /** Called when one or more that waited were answered. */
    private readonly moved: () => void,
  ) {}

  /** Publishes that wait: for the disk, or behind one that does. */
  get waiting(): number {
    return this.#slots.length
  }

  /** What they say, in bytes. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Resolves when nothing waits. */
  idle(): Promise<void> {
    return this.waiting === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Answers a publish that is handled. */
  answer(answer: Packet): void {
    if (this.#slots.length === 0) this.send(answer)
    else this.reserve(0).settle(answer)
  }

  /** Keeps the place of a publish whose handling goes on, and whose payload has so many bytes. */
  reserve(bytes: number): PendingPublish {
    const slot = new Slot(bytes, this.#whenSettled)
    this.#slots.push(slot)
    this.#waitingBytes += bytes
    return slot
  }

  readonly #whenSettled = (slot: Slot): void => {
    if (this.#slots.peek() === slot) this.#flush()
  }

  #flush(): void {
    for (let slot = this.#slots.peek(); slot?.settled; slot = this.#slots.peek()) {
      const answer = slot.answerNow()
      if (answer instanceof Promise) break
      this.#slots.shift()
      this.#waitingBytes -= slot.bytes
      if (answer) this.send(answer)
    }
    this.moved()
    if (this.#slots.length === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }
}
