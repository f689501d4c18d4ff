import type { AnyActorLogic, AnyStateMachine, AnyStateNode } from 'xstate'
import { questionOf } from '../asking/questions.js'
import { isHandoff } from '../composing/handoff.js'
import { hostOf, markHost } from '../composing/host.js'
import { type Kind, kindOf } from './kinds.js'
import { isMachine } from './xstate-internals.js'

/** What an author's actor does: it asks, hands over, or is of a kind of XState's. */
export type Role = Kind | 'question' | 'handoff'

/** An actor that a machine, or a machine that it may start, knows by a name. */
export interface NamedActor {
  name: string
  role: Role
  logic: AnyActorLogic
}

/** All actors that have a name, those of machines that a machine may start after its own. Questions have none of their own. */
export function actorsOf(machine: AnyStateMachine, seen = new Set<object>()): readonly NamedActor[] {
  if (seen.has(machine)) return []
  seen.add(machine)
  return Object.entries(actorsIn(machine)).flatMap(([name, logic]) => {
    const role = roleOf(logic)
    return [{ name, role, logic }, ...(role === 'machine' ? actorsOf(logic as AnyStateMachine, seen) : [])]
  })
}

/** Ids of the promises that a machine, or one that it may start, invokes without a name: nothing can take their place. */
export function namelessPromisesOf(machine: AnyStateMachine): readonly string[] {
  const inner = actorsOf(machine).flatMap(({ role, logic }) => (role === 'machine' ? [logic as AnyStateMachine] : []))
  return [...new Set([machine, ...inner])].flatMap(({ root }) => everyNode(root).flatMap(namelessPromisesIn))
}

function namelessPromisesIn({ config, invoke }: AnyStateNode): readonly string[] {
  const sources = [config.invoke ?? []].flat() as readonly { src: unknown }[]
  return invoke.filter((_, at) => isPromise(sources[at]?.src)).map(({ id }) => id)
}

const isPromise = (src: unknown): boolean =>
  typeof src === 'object' && src !== null && kindOf(src as AnyActorLogic) === 'promise'

const everyNode = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => everyNode(child)),
]

/**
 * The machine with other logic for its actors, and for those of the machines that it may start. Its stored states fit the
 * one that it is made from.
 *
 * @param replace `undefined`: the actor stays what it is
 */
export function withActors(
  machine: AnyStateMachine,
  replace: (actor: NamedActor) => AnyActorLogic | undefined,
): AnyStateMachine {
  const actors = Object.entries(actorsIn(machine)).map(([name, logic]) => {
    const role = roleOf(logic)
    const other = replace({ name, role, logic })
    return [name, other ?? (role === 'machine' ? withActors(logic as AnyStateMachine, replace) : logic)]
  })
  const made = machine.provide({ actors: Object.fromEntries(actors) } as never)
  const host = hostOf(machine)
  if (host) markHost(made, host)
  return made
}

const actorsIn = ({ implementations }: AnyStateMachine): Readonly<Record<string, AnyActorLogic>> =>
  implementations.actors as unknown as Record<string, AnyActorLogic>

function roleOf(logic: AnyActorLogic): Role {
  if (questionOf(logic)) return 'question'
  if (isHandoff(logic)) return 'handoff'
  return isMachine(logic) ? 'machine' : kindOf(logic)
}
