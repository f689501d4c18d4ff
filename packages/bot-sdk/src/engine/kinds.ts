import type { AnyActorLogic, AnyActorRef } from 'xstate'
import { isMachine, logicOf } from './xstate-internals.js'

export type Kind = 'machine' | 'promise' | 'observable' | 'callback' | 'transition' | 'other'

/** What sort of logic an actor runs. XState does not brand it: its pure `transition` is probed, once per logic. */
export class Kinds {
  readonly #known = new WeakMap<object, Kind>()

  of(actor: AnyActorRef): Kind {
    const logic = logicOf(actor)
    const kind = this.#known.get(logic) ?? kindOf(logic)
    this.#known.set(logic, kind)
    return kind
  }
}

export function kindOf(logic: AnyActorLogic): Kind {
  if (isMachine(logic)) return 'machine'
  if (!logic.start) return 'transition'
  try {
    if (ends(logic, 'xstate.promise.resolve')) return 'promise'
    return ends(logic, 'xstate.observable.complete') ? 'observable' : 'other'
  } catch {
    // A callback's transition looks itself up by the actor that it belongs to, and there is none.
    return 'callback'
  }
}

const ends = (logic: AnyActorLogic, type: string): boolean =>
  logic.transition({ status: 'active' }, { type }, {} as never).status === 'done'
