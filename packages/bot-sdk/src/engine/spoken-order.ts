import type { AnyActor, EventObject } from 'xstate'

/**
 * On the very first start XState starts children before it runs their parent's entry actions, so a child's words would
 * come first. The order in which words are *resolved* is the right one: it is noted here, per system of actors.
 */
const spoken = Symbol('daakia.spoken-order')

interface Stamped {
  [spoken]?: SpokenOrder
}

/** The order in which emitted events were made. */
export class SpokenOrder {
  readonly #stamps = new WeakMap<EventObject, number>()
  #count = 0

  /** The event's place; an event that has none yet gets the next one. */
  placeOf(event: EventObject): number {
    const place = this.#stamps.get(event) ?? ++this.#count
    this.#stamps.set(event, place)
    return place
  }

  /** From now on, what is said by actors of this system is noted here. */
  listenTo(system: AnyActor['system']): void {
    ;(system as Stamped)[spoken] = this
  }
}

/** Notes that `event` was made now; without effect in a system nobody listens to. */
export function stampSpoken<TEvent extends EventObject>(system: AnyActor['system'], event: TEvent): TEvent {
  ;(system as Stamped)[spoken]?.placeOf(event)
  return event
}
