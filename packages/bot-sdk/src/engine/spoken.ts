import type { AnyActorRef, AnyEventObject } from 'xstate'

/**
 * What the actors of a run emit, in the order in which it was made. On the very first start XState starts children
 * before it runs their parent's entry actions, so a child's words would come first; the order in which words are
 * *resolved* is the right one, and is noted by `say`.
 */
export class Spoken {
  /** Of what is about to be heard, and of what was heard since it was last taken. */
  readonly #places = new Map<object, number>()
  #heard: AnyEventObject[] = []
  readonly #signals: Signals

  /** @param signals what is emitted and is no word: done at once, and not kept */
  constructor(signals: Signals) {
    this.#signals = signals
  }

  /** Gives an event its place among what is said, when it is made. */
  stamp(event: object): void {
    if (!this.#places.has(event)) this.#places.set(event, this.#places.size)
  }

  listenTo(actor: AnyActorRef): void {
    ;(actor as Emitting).on('*', (event) => this.add(event))
  }

  add(event: AnyEventObject): void {
    const signal = this.#signals[event.type]
    if (signal) signal()
    else this.#keep(event)
  }

  #keep(event: AnyEventObject): void {
    this.stamp(event)
    this.#heard.push(event)
  }

  take(): readonly AnyEventObject[] {
    const heard = this.#heard.sort((one, other) => this.#placeOf(one) - this.#placeOf(other))
    this.#heard = []
    this.#places.clear()
    return heard
  }

  #placeOf(event: object): number {
    return this.#places.get(event) ?? 0
  }
}

type Signals = Readonly<Record<string, () => void>>

interface Emitting {
  on(type: '*', listener: (event: AnyEventObject) => void): unknown
}
