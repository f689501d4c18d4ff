import { questionOf } from '../asking/questions.js'
import { isMachine } from '../engine/xstate-internals.js'
import type { Slot } from './port.js'

const known = new WeakMap<object, readonly Slot[]>()

/** What a machine asks for, its child machines included. */
export function slotsOf(machine: object): readonly Slot[] {
  const slots = known.get(machine) ?? slotsWithin(machine, new Set())
  known.set(machine, slots)
  return slots
}

function slotsWithin(machine: object, seen: Set<object>): readonly Slot[] {
  if (!isMachine(machine) || seen.has(machine)) return []
  seen.add(machine)
  return Object.entries(machine.implementations.actors).flatMap(([name, logic]) => {
    const question = questionOf(logic)
    return question ? (question.slots ?? [{ name, labels: question.labels ?? [] }]) : slotsWithin(logic, seen)
  })
}
