import type { AnyActorRef, AnyEventObject } from 'xstate'
import { everyActor, someActor } from './actor-tree.js'
import { syncsSnapshot, withoutRelaying } from './xstate-internals.js'

/** Starts the root and all below it; those restored go on where they stood. */
export function start(root: AnyActorRef & { start(): void }): void {
  if (someActor(root, (actor) => syncsSnapshot(actor) === true)) startQuietly(root)
  else root.start()
}

function startQuietly(root: AnyActorRef & { start(): void }): void {
  const stood = new Map(everyActor(root).map((actor) => [actor, actor.getSnapshot()]))
  // What an actor tells its parent as it starts again is what the parent knows already.
  const known = (event: AnyEventObject, source: AnyActorRef | undefined) =>
    event.type.startsWith('xstate.snapshot.') && source !== undefined && stood.get(source) === event.snapshot
  withoutRelaying(root.system, known, () => root.start())
}
