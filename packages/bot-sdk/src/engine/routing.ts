import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot } from 'xstate'
import { failureType } from '../authoring/heard.js'
import { isHostLogic } from '../composing/host.js'
import { childrenOf, everyActor } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import { activeNodes, logicOf } from './xstate-internals.js'

/**
 * Who takes an event: the outermost machine that can, so that its handlers are the interruptions; else the newest
 * child, depth first. XState itself forwards nothing to children. Guards are run here, and again when it is sent.
 */
export function recipientOf(actor: AnyActorRef, event: AnyEventObject, kinds: Kinds): AnyActorRef | undefined {
  const snapshot = activeMachine(actor, kinds)
  if (!snapshot) return undefined
  const itself = snapshot.can(event) ? actor : undefined
  if (itself && !isHost(actor)) return itself
  for (const [, child] of childrenOf(actor).toReversed()) {
    const recipient = recipientOf(child, event, kinds)
    if (recipient) return recipient
  }
  return itself
}

/** The machines that were asked before the recipient of an event was found, and that did not take it. */
export function refusersOf(root: AnyActorRef, recipient: AnyActorRef | undefined, kinds: Kinds): AnyActorRef[] {
  const refusers: AnyActorRef[] = []
  const isFoundUnder = (actor: AnyActorRef): boolean => {
    if (actor === recipient && !isHost(actor)) return true
    if (!activeMachine(actor, kinds)) return false
    if (!isHost(actor)) refusers.push(actor)
    return childrenOf(actor)
      .toReversed()
      .some(([, child]) => isFoundUnder(child))
  }
  isFoundUnder(root)
  return refusers
}

/** A machine that only holds conversations lets them go first. */
export const isHost = (actor: AnyActorRef): boolean => isHostLogic(logicOf(actor))

/** Types of the events that somebody would take from members now, guards left aside. */
export function acceptedTypes(root: AnyActorRef, kinds: Kinds): string[] {
  const types = new Set<string>()
  for (const actor of everyActor(root)) {
    const snapshot = activeMachine(actor, kinds)
    for (const type of snapshot ? heardBy(snapshot) : []) types.add(type)
  }
  return [...types].sort()
}

export function activeMachine(actor: AnyActorRef, kinds: Kinds): AnyMachineSnapshot | undefined {
  const snapshot = actor.getSnapshot() as AnyMachineSnapshot | undefined
  return snapshot?.status === 'active' && kinds.of(actor) === 'machine' ? snapshot : undefined
}

const heardBy = (snapshot: AnyMachineSnapshot): string[] =>
  activeNodes(snapshot)
    .flatMap((node) => [...node.transitions.keys()])
    .filter((type) => mayComeFromOutside(type) && type !== failureType)

/** Whether a machine has a transition that names the event's type, as it stands. */
export const names = (machine: AnyActorRef, type: string): boolean =>
  activeNodes(machine.getSnapshot() as AnyMachineSnapshot).some((node) => node.transitions.has(type))

/** XState's own events are not for others to send, and `*` and '' are no events at all. */
export const mayComeFromOutside = (type: string): boolean => type !== '' && type !== '*' && !type.startsWith('xstate.')
