import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, StateValue } from 'xstate'
import { questionOf } from '../asking/questions.js'
import { everyActor, pathOf } from './actor-tree.js'
import { guardName } from './guard-name.js'
import type { Kinds } from './kinds.js'
import { isActive } from './open-question.js'
import { activeMachine } from './routing.js'
import type { RefusedEvent, StatePath, Step, TakenTransition } from './watch.js'
import {
  activeNodes,
  alternativesOf,
  logicOf,
  type MachineNode,
  type Microstep,
  type NodeTransition,
  nameOfTransition,
  parentOf,
} from './xstate-internals.js'

/**
 * A microstep of XState as it is told; `undefined` where nothing was taken.
 *
 * @param before what was active
 */
export function stepOf(
  { actorRef, event, snapshot, _transitions: transitions }: Microstep,
  before: readonly MachineNode[],
): Step | undefined {
  if (transitions.length === 0) return undefined
  const { value } = snapshot as AnyMachineSnapshot
  const active = activeNodes(snapshot as AnyMachineSnapshot)
  const children = (snapshot as AnyMachineSnapshot).children as Record<string, AnyActorRef | undefined>
  return {
    actor: pathOf(actorRef as AnyActorRef),
    logic: ownLogicOf(actorRef as AnyActorRef),
    isQuestion: questionOf(logicOf(actorRef as AnyActorRef)) !== undefined,
    event: event.type,
    transitions: transitions.map(taken),
    value: value as StateValue,
    active: pathsOf(active),
    entered: pathsOf(active.filter((node) => !before.includes(node))),
    runs: Object.entries(children).flatMap(([id, child]) => (child && isActive(child) ? [nameOf(id, child)] : [])),
  }
}

/** `undefined` of the root, which may run as a copy that begins elsewhere. */
export const ownLogicOf = (actor: AnyActorRef): object | undefined => (parentOf(actor) ? logicOf(actor) : undefined)

/** Of states, without the root. */
export const pathsOf = (nodes: readonly MachineNode[]): StatePath[] =>
  nodes.filter(({ parent }) => parent !== undefined).map(({ path }) => path)

/** XState makes up an `src` for logic that has no name. */
const nameOf = (id: string, { src }: AnyActorRef): string =>
  typeof src === 'string' && !src.startsWith('xstate.') ? src : id

function taken(transition: NodeTransition): TakenTransition {
  const { target, guard, eventType } = transition
  const { source, on, index } = nameOfTransition(transition)
  const before = alternativesOf(transition).slice(0, index)
  return {
    source,
    on,
    index,
    always: eventType === '',
    ...(target && { target: target.map(({ path }) => path) }),
    ...(guard !== undefined && { guard: guardName(guard) }),
    refused: guardsOf(before),
  }
}

/** The guards that kept all active states from taking the event; `undefined` where none of them names it. */
export function refusalOf(root: AnyActorRef, { type }: AnyEventObject, kinds: Kinds): RefusedEvent | undefined {
  const guards = everyActor(root)
    .flatMap((actor) => activeMachine(actor, kinds) ?? [])
    .flatMap((snapshot) => activeNodes(snapshot))
    .flatMap((node) => guardsOf(node.transitions.get(type) ?? []))
  return guards.length === 0 ? undefined : { event: type, guards }
}

const guardsOf = (transitions: readonly NodeTransition[]): string[] =>
  transitions.flatMap(({ guard }) => (guard === undefined ? [] : [guardName(guard)]))
