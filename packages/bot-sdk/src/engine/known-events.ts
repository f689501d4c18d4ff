import { isMachine, type MachineNode } from './xstate-internals.js'

/** Whether a machine, or a machine that it may start, takes events of this type in any of its states. */
export const knows = (machine: object, type: string): boolean => typesOf(machine).has(type)

const known = new WeakMap<object, ReadonlySet<string>>()

function typesOf(machine: object): ReadonlySet<string> {
  const types = known.get(machine) ?? new Set(typesWithin(machine, new Set()))
  known.set(machine, types)
  return types
}

function* typesWithin(machine: object, seen: Set<object>): Generator<string> {
  if (!isMachine(machine) || seen.has(machine)) return
  seen.add(machine)
  yield* typesOfNode(machine.root)
  for (const logic of Object.values(machine.implementations.actors)) yield* typesWithin(logic, seen)
}

function* typesOfNode(node: MachineNode): Generator<string> {
  yield* node.transitions.keys()
  for (const child of Object.values(node.states)) yield* typesOfNode(child)
}
