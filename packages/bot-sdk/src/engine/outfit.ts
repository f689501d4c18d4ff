import type { AnyActorRef } from 'xstate'
import { equip, type RunContext } from './actor-system.js'
import {
  type Inspected,
  parentOf,
  replaceInspection,
  replaceScheduler,
  type Scheduler,
  watchActions,
  watchListeners,
} from './xstate-internals.js'

/** What each actor of a run is made with. */
export interface Outfit extends RunContext {
  timers: Scheduler
  /** Hears what XState tells of its actors. */
  inspect(event: Inspected): void
  /** Hears what went wrong where XState would not tell. */
  failed(error: unknown): void
}

/** To be called while the actor is being constructed, before it has a snapshot. */
export function fitOut(actor: AnyActorRef, outfit: Outfit): void {
  const { spoken, keys, failed } = outfit
  if (!parentOf(actor)) fitOutSystem(actor, outfit)
  spoken.listenTo(actor)
  keys.made(actor)
  watchActions(actor, failed)
  watchListeners(actor, failed)
}

function fitOutSystem(root: AnyActorRef, outfit: Outfit): void {
  replaceInspection(root.system, outfit.inspect)
  replaceScheduler(root.system, outfit.timers)
  equip(root, outfit)
}
