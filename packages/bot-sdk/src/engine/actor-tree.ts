import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { parentOf } from './xstate-internals.js'

/** Ids of children from the root down; empty for the root. */
export type ActorPath = readonly string[]

/** Children by id, oldest first. */
export function childrenOf(actor: AnyActorRef): readonly (readonly [string, AnyActorRef])[] {
  const children = childrenIn(actor)
  const found: (readonly [string, AnyActorRef])[] = []
  for (const id in children) {
    const child = children[id]
    if (child) found.push([id, child])
  }
  return found
}

const childrenIn = (actor: AnyActorRef): Readonly<Record<string, AnyActorRef | undefined>> | undefined =>
  (actor.getSnapshot() as Partial<AnyMachineSnapshot> | undefined)?.children

export function pathOf(actor: AnyActorRef): ActorPath {
  const parent = parentOf(actor)
  return parent ? [...pathOf(parent), actor.id] : []
}

export function actorAt(root: AnyActorRef, path: ActorPath): AnyActorRef | undefined {
  return path.reduce<AnyActorRef | undefined>((actor, id) => actor && childOf(actor, id), root)
}
const childOf = (actor: AnyActorRef, id: string): AnyActorRef | undefined =>
  childrenOf(actor).find(([childId]) => childId === id)?.[1]

/** Whether the actor is still where it was made: part of the tree under `root`. */
export const isInTree = (root: AnyActorRef, actor: AnyActorRef): boolean => actorAt(root, pathOf(actor)) === actor

/** The actor and all below it, parents first. */
export function everyActor(actor: AnyActorRef): readonly AnyActorRef[] {
  const found: AnyActorRef[] = []
  gather(actor, found)
  return found
}

function gather(actor: AnyActorRef, found: AnyActorRef[]): void {
  found.push(actor)
  const children = childrenIn(actor)
  for (const id in children) {
    const child = children[id]
    if (child) gather(child, found)
  }
}

/** Whether `is` is true of the actor, or of one below it. */
export function someActor(actor: AnyActorRef, is: (actor: AnyActorRef) => boolean): boolean {
  if (is(actor)) return true
  const children = childrenIn(actor)
  for (const id in children) {
    const child = children[id]
    if (child && someActor(child, is)) return true
  }
  return false
}

/** For messages: `root`, or `root/size`. */
export const placeOf = (path: ActorPath): string => ['root', ...path].join('/')
