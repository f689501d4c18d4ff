import type { AnyEventObject, AnyMachineSnapshot } from 'xstate'
import { partAnswers } from './guard-parts.js'
import type { GuardAnswer } from './watch.js'
import {
  activeNodes,
  candidatesFor,
  type MachineNode,
  type NodeTransition,
  nameOfTransition,
} from './xstate-internals.js'

/** What was to be decided, as it stood when it was. */
interface Decision {
  snapshot: AnyMachineSnapshot
  event: AnyEventObject
  /** What was decided. */
  taken: readonly NodeTransition[]
  /** The context of the snapshot is another one. */
  lacksContext?: boolean
}

/**
 * What the guards have answered that an event went by. They are not asked: which transitions were taken tells it, as XState
 * asks in a fixed order, from the inside out, region by region, and takes the first that lets it pass.
 */
export function answersTo(decision: Decision): GuardAnswer[] {
  const active = new Set(activeNodes(decision.snapshot))
  const answers: GuardAnswer[] = []
  const decide = (node: MachineNode): boolean => {
    const inner = Object.values(node.states).filter((child) => active.has(child))
    // All regions are asked, even after one of them has taken it.
    if (inner.map(decide).includes(true)) return true
    const asked = askedOf(candidatesFor(node, decision.event.type), decision)
    answers.push(...asked.answers)
    return asked.end !== 'refused'
  }
  decide(rootOf(decision.snapshot))
  return answers
}

/**
 * The same of what needs no event. Where nothing was taken, the machine is at rest, and none of its guards let it pass;
 * where something was, those of other regions tell nothing yet, as they are asked once more.
 */
export function answersWithoutEvent(decision: Decision): GuardAnswer[] {
  const isAtRest = decision.taken.length === 0
  return activeNodes(decision.snapshot)
    .filter(({ type }) => type === 'atomic' || type === 'final')
    .flatMap((node) => {
      const asked = askedOf(alwaysFrom(node), decision)
      return isAtRest || asked.end === 'taken' ? asked.answers : []
    })
}

/** Whether any guard decides where the machine goes by itself. */
export const isAskedWithoutEvent = (snapshot: AnyMachineSnapshot): boolean =>
  activeNodes(snapshot).some(({ always }) => always !== undefined)

interface Asked {
  answers: readonly GuardAnswer[]
  /** `stopped`: at one that lets an event pass, and forbids it. */
  end: 'taken' | 'stopped' | 'refused'
}

function askedOf(candidates: readonly NodeTransition[], decision: Decision): Asked {
  const answers: GuardAnswer[] = []
  for (const transition of candidates) {
    const isTaken = decision.taken.includes(transition)
    // Who is asked whether an event can be sent does not tell that it is forbidden. What stood before is known, and no more.
    if (!isTaken && (transition.guard === undefined || forbids(transition))) return { answers, end: 'stopped' }
    if (transition.guard !== undefined) answers.push(...answersOf(transition, isTaken, decision))
    if (isTaken) return { answers, end: 'taken' }
  }
  return { answers, end: 'refused' }
}

function answersOf(transition: NodeTransition, passed: boolean, decision: Decision): GuardAnswer[] {
  const name = nameOfTransition(transition)
  const parts = decision.lacksContext ? [] : partAnswers(transition.guard, decision)
  return [{ transition: name, passed }, ...parts.map((answer) => ({ transition: name, ...answer }))]
}

const forbids = ({ target, actions }: NodeTransition): boolean => target === undefined && actions.length === 0

const alwaysFrom = (node: MachineNode): NodeTransition[] => [
  ...(node.always ?? []),
  ...(node.parent ? alwaysFrom(node.parent) : []),
]

const rootOf = ({ machine }: AnyMachineSnapshot): MachineNode => machine.root as unknown as MachineNode
