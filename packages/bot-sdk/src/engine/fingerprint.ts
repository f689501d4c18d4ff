import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { everyActor, pathOf } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import { activeNodes, isMachine, type MachineNode, type NodeTransition } from './xstate-internals.js'

/**
 * Of a machine's whole structure, its child machines included: another one for every state, event, target, invoke or
 * delay that is added, renamed or removed. Eight hexadecimal digits.
 */
export const fingerprintOf = (machine: object): string => digest(structureOf(machine, new Set()))

/**
 * Of what the active states rest on: what they invoke and which delays they wait for. A restore can't notice a delay
 * that was added to them or an invoke that was taken away; changes elsewhere in the machine do a stored state no harm.
 */
export function footingOf(root: AnyActorRef, kinds: Kinds): string {
  const machines = [...everyActor(root)].filter((actor) => kinds.of(actor) === 'machine')
  return digest(machines.map((actor) => [pathOf(actor), activeNodesOf(actor).map(dependencies)]))
}

const activeNodesOf = (actor: AnyActorRef): readonly MachineNode[] =>
  [...activeNodes(actor.getSnapshot() as AnyMachineSnapshot)].sort(byId)

const dependencies = (node: MachineNode) => [
  node.id,
  node.invoke.map(({ id, src }) => [id, String(src)]),
  [...node.transitions.keys()].filter((type) => type.startsWith('xstate.after.')).sort(),
]

function structureOf(machine: object, seen: Set<object>): unknown {
  if (!isMachine(machine) || seen.has(machine)) return typeof machine
  seen.add(machine)
  const actors = Object.entries(machine.implementations.actors).sort(([one], [other]) => compare(one, other))
  return [nodeStructure(machine.root), actors.map(([name, logic]) => [name, structureOf(logic, seen)])]
}

const nodeStructure = (node: MachineNode): unknown => [
  node.id,
  node.type,
  node.invoke.map(({ id, src }) => [id, String(src)]),
  [...node.transitions].map(([type, transitions]) => [type, transitions.map(targetsOf)]),
  node.always?.map(targetsOf) ?? [],
  Object.values(node.states).map(nodeStructure),
]

const targetsOf = ({ target }: NodeTransition) => target?.map(({ id }) => id) ?? []

const byId = (one: MachineNode, other: MachineNode) => compare(one.id, other.id)
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/** FNV-1a, 32 bits: differences are looked for, not secrets kept. */
export function digest(value: unknown): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(JSON.stringify(value))) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
