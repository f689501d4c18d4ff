import {
  aroundOf,
  guardName,
  type MachineNode,
  type NodeTransition,
  nameOfTransition,
  partsOf,
  questionOf,
} from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { type AuthoredMachine, type AuthoredQuestion, authoredIn } from './machines.js'
import type { ChoiceTarget, GuardTarget, StateTarget, Target, TransitionTarget } from './targets.js'
import { asWritten, nameOfPath, shortGuard } from './wording.js'

/**
 * All that tests of a machine may reach: its states, transitions, answers of guards, and what its questions offer; with
 * those of the machines that it may start. Taken from the machine alone, whatever was walked of it.
 */
export const targetsOf = (machine: AnyStateMachine): readonly Target[] => {
  const targets = known.get(machine) ?? Object.freeze(made(machine))
  known.set(machine, targets)
  return targets
}

const known = new WeakMap<AnyStateMachine, readonly Target[]>()

const made = (machine: AnyStateMachine): Target[] => {
  const { machines, questions } = authoredIn(machine)
  return [...machines.flatMap(targetsOfMachine), ...questions.flatMap(choicesOf)]
}

const targetsOfMachine = (machine: AuthoredMachine): Target[] => {
  if (machine.beginners) return beginnings(machine, machine.beginners)
  const nodes = nodesIn(machine.root)
  const transitions = nodes.flatMap(transitionsFrom)
  return [
    ...nodes.flatMap((node) => statesOf(machine.name, node)),
    ...transitions.map((transition) => transitionTarget(machine.name, transition)),
    ...transitions.flatMap((transition) => guardTargets(machine.name, transition)),
  ]
}

/** Of a machine that holds conversations its author has said which event begins which, and nothing else. */
const beginnings = ({ name, root }: AuthoredMachine, beginners: ReadonlyMap<string, string>): TransitionTarget[] =>
  [...beginners].map(([event, conversation]) => ({
    ...{ kind: 'transition', id: `${name}: ${event} begins ${conversation}`, machine: name },
    ...{ source: root.path, event, on: event, index: 0, written: [conversation, event], targets: [] },
  }))

/** A state with all that it has. */
export const nodesIn = (node: MachineNode): MachineNode[] => [node, ...Object.values(node.states).flatMap(nodesIn)]

/** Every machine is at its root, and at no history: neither is anything to be reached. */
const statesOf = (machine: string, { path, type }: MachineNode): StateTarget[] =>
  path.length === 0 || type === 'history'
    ? []
    : [{ kind: 'state', id: `${machine}: ${nameOfPath(path)}`, machine, path }]

/** In the order in which XState has them; those for `always` last. */
export const transitionsFrom = (node: MachineNode): NodeTransition[] =>
  [...[...node.transitions.values()].flat(), ...(node.always ?? [])].filter(leadsAnywhere)

/** What only keeps an event from outer states is no way to go. */
const leadsAnywhere = ({ target, actions }: NodeTransition): boolean => target !== undefined || actions.length > 0

const transitionTarget = (machine: string, transition: NodeTransition): TransitionTarget => {
  const { source, target = [], guard } = transition
  const { on, index } = nameOfTransition(transition)
  const { event, path: written } = asWritten(transition)
  return {
    ...{ kind: 'transition', id: transitionId(machine, transition), machine },
    ...{ source: source.path, event, on, index, written },
    targets: target.map(({ path }) => path),
    ...(guard !== undefined && { guard: guardName(guard) }),
  }
}

/** Such as `order: asking, message #2 → done`. */
export const transitionId = (machine: string, transition: NodeTransition): string => {
  const { source, target } = transition
  const { index, on } = nameOfTransition(transition)
  const alternatives = on === '' ? source.always : source.transitions.get(on)
  const place = (alternatives?.length ?? 1) > 1 ? ` #${index + 1}` : ''
  const where = target ? ` → ${target.map(({ path }) => nameOfPath(path)).join(' and ')}` : ''
  return `${machine}: ${nameOfPath(source.path)}, ${asWritten(transition).event}${place}${where}`
}

const outcomes = [true, false] as const

const guardTargets = (machine: string, transition: NodeTransition): GuardTarget[] => {
  const { guard } = transition
  if (guard === undefined) return []
  const of = transitionId(machine, transition)
  const whole = { kind: 'guard' as const, machine, transition: of, guard: guardName(guard) }
  const parts = partsOf(guard).map((each) => ({
    ...whole,
    guard: guardName(each.guard),
    part: each.part,
    in: each.guard,
  }))
  return outcomes.flatMap((outcome) => [
    { ...whole, id: `${of}, if ${shortGuard(guard)} is ${outcome}`, outcome },
    ...parts.map(({ in: inner, ...part }) => ({
      ...part,
      id: `${of}, if ${shortGuard(inner)} (${part.part.map((place) => place + 1).join('.')}) is ${outcome}`,
      outcome,
    })),
  ])
}

const choicesOf = ({ machine, name, logic }: AuthoredQuestion): ChoiceTarget[] =>
  offersOf(logic).flatMap(({ field, choices }) =>
    choices.map(({ label, answer }) => ({
      ...{ kind: 'choice', machine, question: name, field, label, answer },
      id: `${machine}: ${[name, field].filter((part) => part !== '').join('.')} is ${label}`,
    })),
  )

/** What is made for who is spoken with may not be known for nobody. */
const offersOf = (question: object) => {
  try {
    return questionOf(question)?.offers(aroundOf(undefined)) ?? []
  } catch {
    return []
  }
}
