import { questionOf } from '../asking/questions.js'
import { isMachine } from '../engine/xstate-internals.js'
import type { Correctable } from './port.js'

const known = new WeakMap<object, readonly Correctable[]>()

/** What can be corrected of a machine: all that it asks for, its child machines included. */
export function correctableIn(machine: object): readonly Correctable[] {
  const correctable = known.get(machine) ?? correctableWithin(machine, new Set())
  known.set(machine, correctable)
  return correctable
}

function correctableWithin(machine: object, seen: Set<object>): readonly Correctable[] {
  if (!isMachine(machine) || seen.has(machine)) return []
  seen.add(machine)
  return Object.entries(machine.implementations.actors).flatMap(([name, logic]) => {
    const question = questionOf(logic)
    return question ? (question.slots ?? [{ name, labels: question.labels ?? [] }]) : correctableWithin(logic, seen)
  })
}
