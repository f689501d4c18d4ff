import type { AnyActor, AnyActorRef } from 'xstate'
import type { Around } from '../authoring/around.js'
import { english } from '../languages/en.js'
import type { IdempotencyKeys } from './idempotency-keys.js'
import type { Spoken } from './spoken.js'

/** What actions and actors of a run find in their actor system. */
export interface RunContext {
  readonly spoken: Spoken
  readonly keys: IdempotencyKeys
  readonly around: Around
}

const context = Symbol('daakia.run')
type System = AnyActor['system'] & { [context]?: RunContext }

export const equip = (actor: AnyActorRef, run: RunContext): void => {
  ;(actor.system as System)[context] = run
}

/** For whom, and when, an action or actor reads and writes; in English where the machine runs by itself. */
export const aroundOf = (system: AnyActor['system'] | undefined): Around =>
  (system && runOf(system)?.around) ?? { locale: 'en', language: english, timeZone: 'UTC', now: Date.now() }

/** `undefined` where the machine runs by itself, as in a test of it. */
export const runOf = (system: AnyActor['system']): RunContext | undefined => (system as System)[context]
