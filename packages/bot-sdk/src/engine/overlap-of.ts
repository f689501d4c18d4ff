import type { AnyActorRef } from 'xstate'
import { type Overlap, overlapIn } from '../authoring/overlap.js'
import { childrenOf } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import { activeMachine, isHost } from './routing.js'
import { activeNodes, type MachineNode } from './xstate-internals.js'

/** What a machine says of messages that come while others wait: the newest and deepest child that says something, else it itself. */
export function overlapOf(actor: AnyActorRef, kinds: Kinds): Overlap | undefined {
  const snapshot = activeMachine(actor, kinds)
  if (!snapshot) return undefined
  for (const child of heardChildren(actor)) {
    const said = overlapOf(child, kinds)
    if (said !== undefined) return said
  }
  const [deepest] = activeNodes(snapshot)
    .filter((node) => overlapIn(node) !== undefined)
    .sort(deepestFirst)
  return deepest && overlapIn(deepest)
}

/** Newest first. Of several conversations, those that wait to be come back to say nothing. */
function heardChildren(actor: AnyActorRef): readonly AnyActorRef[] {
  const children = childrenOf(actor)
    .map(([, child]) => child)
    .toReversed()
  return isHost(actor) ? children.slice(0, 1) : children
}

/** The order of active nodes is another one after a restore. */
const deepestFirst = (one: MachineNode, other: MachineNode): number =>
  other.path.length - one.path.length || one.order - other.order
