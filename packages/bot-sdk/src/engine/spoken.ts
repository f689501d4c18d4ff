import type { AnyActorRef, AnyEventObject } from 'xstate'
import type { Kinds } from './kinds.js'

/**
 * What the actors of a run emit, in the order in which it was made. On the very first start XState starts children
 * before it runs their parent's entry actions, so a child's words would come first; the order in which words are
 * *resolved* is the right one, and is noted by `say`.
 */
export class Spoken {
  readonly #places = new WeakMap<object, number>()
  readonly #kinds: Kinds
  #count = 0
  #heard: AnyEventObject[] = []

  constructor(kinds: Kinds) {
    this.#kinds = kinds
  }

  /** Gives an event its place among what is said, when it is made. */
  stamp(event: object): void {
    if (!this.#places.has(event)) this.#places.set(event, ++this.#count)
  }

  listenTo(actor: AnyActorRef): void {
    ;(actor as Emitting).on('*', (event) => {
      if (!this.#mayStillSpeak(actor)) return
      this.stamp(event)
      this.#heard.push(event)
    })
  }

  take(): readonly AnyEventObject[] {
    const heard = this.#heard.sort((one, other) => this.#placeOf(one) - this.#placeOf(other))
    this.#heard = []
    return heard
  }

  /** A promise goes on after its state was left. A machine has its last word as it comes to its end. */
  #mayStillSpeak(actor: AnyActorRef): boolean {
    const status = (actor.getSnapshot() as { status?: string } | undefined)?.status
    return status === 'active' || (status === 'done' && this.#kinds.of(actor) === 'machine')
  }

  #placeOf(event: object): number {
    return this.#places.get(event) ?? 0
  }
}

interface Emitting {
  on(type: '*', listener: (event: AnyEventObject) => void): unknown
}
