import type { GuardAnswer, StatePath, Step, TransitionName, Watch } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { authoredIn } from './machines.js'
import type { Target } from './targets.js'
import { targetsOf } from './targets-of.js'

/** What of a machine's targets was reached, and how often. Hears it as a watch of the bot does. */
export class Walk implements Pick<Watch, 'began' | 'asked' | 'answered'> {
  readonly #index: Index
  readonly #machine: AnyStateMachine
  readonly #counts = new Map<string, number>()

  constructor(machine: AnyStateMachine) {
    this.#machine = machine
    this.#index = indexOf(machine)
  }

  /** How often each target was reached, by its id; those that never were are not in it. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** All targets, each with how often it was reached. */
  get counted(): { target: Target; count: number }[] {
    return targetsOf(this.#machine).map((target) => ({ target, count: this.#counts.get(target.id) ?? 0 }))
  }

  began(logic: object | undefined, active: readonly StatePath[], by?: string): void {
    if (by !== undefined) this.#count(logic, transitionKey({ source: [], on: by, index: 0 }))
    for (const path of active) this.#count(logic, stateKey(path))
  }

  stepped({ logic, transitions, entered }: Step): void {
    for (const transition of transitions) this.#count(logic, transitionKey(transition))
    for (const path of entered) this.#count(logic, stateKey(path))
  }

  asked(logic: object | undefined, answers: readonly GuardAnswer[]): void {
    for (const answer of answers) this.#count(logic, guardKey(answer))
  }

  answered(question: object, answers: Readonly<Record<string, unknown>>): void {
    for (const [field, answer] of Object.entries(answers)) this.#count(question, choiceKey(field, answer))
  }

  #count(logic: object | undefined, key: string): void {
    const id = this.#index.get(logic)?.get(key)
    if (id !== undefined) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1)
  }
}

/** The id of the transition that was taken, among the targets of a machine; `undefined` where it is none of them. */
export const takenId = (
  machine: AnyStateMachine,
  logic: object | undefined,
  transition: TransitionName,
): string | undefined => indexOf(machine).get(logic)?.get(transitionKey(transition))

/** Ids of targets by the logic of the actor, `undefined` for the root, and by what it is told by. */
type Index = ReadonlyMap<object | undefined, ReadonlyMap<string, string>>

const known = new WeakMap<AnyStateMachine, Index>()

const indexOf = (machine: AnyStateMachine): Index => {
  const index = known.get(machine) ?? madeFor(machine)
  known.set(machine, index)
  return index
}

const madeFor = (machine: AnyStateMachine): Index => {
  const { machines, questions } = authoredIn(machine)
  const targets = targetsOf(machine)
  const ofMachine = (name: string) => targets.filter((target) => target.machine === name && target.kind !== 'choice')
  const transitions = new Map(targets.flatMap((target) => (target.kind === 'transition' ? [[target.id, target]] : [])))
  const keyed = (of: readonly Target[]) => new Map(of.map((target) => [keyOf(target, transitions), target.id]))
  const ofQuestion = ({ machine: asker, name }: (typeof questions)[number]) =>
    targets.filter((target) => target.kind === 'choice' && target.machine === asker && target.question === name)
  const [root, ...others] = machines.map(({ name, logic }) => [logic, keyed(ofMachine(name))] as const)
  return new Map<object | undefined, ReadonlyMap<string, string>>([
    ...(root ? [root, [undefined, root[1]] as const] : []),
    ...others,
    ...questions.map((question) => [question.logic, keyed(ofQuestion(question))] as const),
  ])
}

const keyOf = (target: Target, transitions: ReadonlyMap<string, TransitionName>): string => {
  switch (target.kind) {
    case 'state':
      return stateKey(target.path)
    case 'transition':
      return transitionKey(target)
    case 'guard':
      return guardKey({
        transition: transitions.get(target.transition) as TransitionName,
        passed: target.outcome,
        ...(target.part && { part: target.part }),
      })
    case 'choice':
      return choiceKey(target.field, target.answer)
  }
}

const stateKey = (path: StatePath): string => `s ${path.join('.')}`
const transitionKey = ({ source, on, index }: TransitionName): string => `t ${source.join('.')} ${index} ${on}`
const guardKey = ({ transition, passed, part }: GuardAnswer): string =>
  `g${part ? part.join('.') : ''} ${passed} ${transitionKey(transition)}`
const choiceKey = (field: string, answer: unknown): string => `c ${field} ${JSON.stringify(answer)}`
