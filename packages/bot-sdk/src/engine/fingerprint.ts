import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { everyActor, pathOf } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import { activeNodes, isMachine, type MachineNode, type NodeTransition } from './xstate-internals.js'

/**
 * Of a machine's whole structure, its child machines included: another one for every state, event, target, invoke or
 * delay that is added, renamed or removed. Eight hexadecimal digits.
 */
export function fingerprintOf(machine: object): string {
  const fingerprint = fingerprints.get(machine) ?? digest(structureOf(machine, new Set()))
  fingerprints.set(machine, fingerprint)
  return fingerprint
}
/** A machine never changes, and each connection of a bot tells what it runs. */
const fingerprints = new WeakMap<object, string>()

/**
 * Of what the active states rest on: what they invoke and which delays they wait for. A restore can't notice a delay
 * that was added to them or an invoke that was taken away; changes elsewhere in the machine do a stored state no harm.
 */
export function footingOf(root: AnyActorRef, kinds: Kinds): string {
  const machines = everyActor(root).filter((actor) => kinds.of(actor) === 'machine')
  return digestOf(`[${machines.map(footingOfMachine).join()}]`)
}

const footingOfMachine = (actor: AnyActorRef): string =>
  `[${JSON.stringify(pathOf(actor))},[${activeNodesOf(actor).map(dependenciesOf).join()}]]`

/** By id: a restore may list them in another order. Most come so, and are not sorted again. */
function activeNodesOf(actor: AnyActorRef): readonly MachineNode[] {
  const nodes = activeNodes(actor.getSnapshot() as AnyMachineSnapshot)
  return nodes.every((node, at) => at === 0 || byId(nodes[at - 1] ?? node, node) <= 0) ? nodes : [...nodes].sort(byId)
}

/** As JSON; a machine's nodes never change, and each turn asks for those that are active. */
function dependenciesOf(node: MachineNode): string {
  const text = known.get(node) ?? JSON.stringify(dependencies(node))
  known.set(node, text)
  return text
}
const known = new WeakMap<MachineNode, string>()

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

export const digest = (value: unknown): string => digestOf(JSON.stringify(value))

/** FNV-1a of the text as UTF-8, 32 bits: differences are looked for, not secrets kept. */
function digestOf(text: string): string {
  let hash = offsetBasis
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > lastOfAscii) return hexadecimal(new TextEncoder().encode(text).reduce(mix, offsetBasis))
    hash = mix(hash, code)
  }
  return hexadecimal(hash)
}
const offsetBasis = 0x811c9dc5
/** Up to here a character is its byte, and most texts have no others. */
const lastOfAscii = 0x7f
const mix = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193)
const hexadecimal = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0')
