import type { MachineNode } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { type AuthoredMachine, authoredIn } from '../machine/machines.js'
import { targetsOf } from '../machine/targets-of.js'
import type { Described, DrawnMachine, DrawnState } from './collected.js'

/** What there is of a bot's machine. */
export const described = (machine: AnyStateMachine): Described => ({
  machines: authoredIn(machine).machines.map(drawn),
  targets: targetsOf(machine),
})

/** What holds conversations has no states of its author's. */
const drawn = ({ name, logic, root, beginners }: AuthoredMachine): DrawnMachine => {
  const { id } = (logic as AnyStateMachine).config
  return { name, ...(id !== undefined && { id }), states: beginners ? [] : statesIn(root) }
}

const statesIn = (node: MachineNode): DrawnState[] =>
  Object.values(node.states).flatMap((inner) => [
    { path: inner.path, type: inner.type, isInitial: node.initial?.target?.includes(inner) ?? false },
    ...statesIn(inner),
  ])
