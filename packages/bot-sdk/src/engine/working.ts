import type { AnyActorRef } from 'xstate'
import { everyActor, someActor } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import { isActive } from './open-question.js'

/** Whether a promise is running under `root`: nobody is waited for. */
export const isWorking = (root: AnyActorRef, kinds: Kinds): boolean =>
  someActor(root, (actor) => isRunningPromise(actor, kinds))

/** The promises that are running under `root`. */
export const workingUnder = (root: AnyActorRef, kinds: Kinds): readonly AnyActorRef[] =>
  everyActor(root).filter((actor) => isRunningPromise(actor, kinds))

const isRunningPromise = (actor: AnyActorRef, kinds: Kinds): boolean => isActive(actor) && kinds.of(actor) === 'promise'

/** Callbacks and observables speak when they like, also outside of a turn, where nobody would keep what they caused. */
export const isQuiet = (root: AnyActorRef, kinds: Kinds): boolean =>
  !someActor(root, (actor) => isActive(actor) && !silent.has(kinds.of(actor)))

const silent: ReadonlySet<string> = new Set(['machine', 'transition', 'promise'])
