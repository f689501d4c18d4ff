import { actorsOf } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { authoredIn } from '../../machine/machines.js'
import type { GuardTarget, PairTarget, StateTarget, Target, TransitionTarget } from '../../machine/targets.js'
import { targetsOf } from '../../machine/targets-of.js'
import { nameOfPath } from '../../machine/wording.js'
import type { OutcomesByActor } from '../model/outcomes.js'
import type { Limit } from '../options.js'
import type { GoalTarget } from './goals.js'
import type { End } from './search.js'
import type { Tally } from './tally.js'

/** What is known when a search is over. */
export interface Knowledge {
  machine: AnyStateMachine
  /** Everything of the machine that was reached, whatever the goal. */
  touched: ReadonlySet<string>
  tally: Tally
  events: Readonly<Record<string, readonly unknown[] | undefined>>
  outcomes: OutcomesByActor
  end: End
  limit: Required<Limit>
}

/** Why something was not reached, and what to do about it. */
export const whyUnreached = (target: GoalTarget, known: Knowledge): string => {
  switch (target.kind) {
    case 'state':
      return ofState(target, known)
    case 'transition':
      return ofTransition(target, known)
    case 'guard':
      return ofGuard(target, known)
    case 'pair':
      return ofPair(target, known)
    default:
      return 'nobody chose it'
  }
}

/** Which limit kept the search from going on; `undefined` where none did. */
export const limitReached = ({ end, limit }: Knowledge): string | undefined => {
  if (end === 'all is reached' || end === 'nothing new') return undefined
  return `The search ended at limit.${end}, ${limit[end]}: raise it, or give a key by which fewer situations differ.`
}

function ofState({ machine, path }: StateTarget, known: Knowledge): string {
  if (known.touched.size === 0)
    return "no conversation begins: add what people say first to events, such as message: ['hello']"
  const leading = transitionsIn(known).filter(
    (each) => each.machine === machine && each.targets.some((to) => isWithin(to, path) || isWithin(path, to)),
  )
  const [first] = leading
  if (!first) return 'no transition leads there'
  return `nothing that leads there was taken. ${first.id}: ${ofTransition(first, known)}`
}

const isWithin = (path: readonly string[], outer: readonly string[]): boolean =>
  outer.every((name, at) => path[at] === name)

function ofTransition(target: TransitionTarget, known: Knowledge): string {
  return (
    withoutValue(target, known) ??
    withoutOutcome(target, known) ??
    withoutSource(target, known) ??
    withoutPass(target, known) ??
    withoutAnswer(target, known) ??
    misheard(target, known) ??
    'it was not taken by anything that happened in its state'
  )
}

function ofGuard(target: GuardTarget, known: Knowledge): string {
  const transition = transitionsIn(known).find(({ id }) => id === target.transition)
  const isAsked = targetsOf(known.machine).some((each) => isSameGuard(each, target) && known.touched.has(each.id))
  if (isAsked)
    return `it was asked, and always was ${!target.outcome}: give what makes it ${target.outcome} to events or outcomes`
  return transition ? `it was never asked: ${whyNotAsked(transition, known)}` : 'it was never asked'
}

const whyNotAsked = (transition: TransitionTarget, known: Knowledge): string =>
  withoutValue(transition, known) ??
  withoutOutcome(transition, known) ??
  withoutSource(transition, known) ??
  withoutAnswer(transition, known) ??
  misheard(transition, known) ??
  'another guard stood before it each time'

const isSameGuard = (one: Target, other: GuardTarget): boolean =>
  one.kind === 'guard' && one.transition === other.transition && one.part?.join() === other.part?.join()

function ofPair({ first, second }: PairTarget, known: Knowledge): string {
  const missing = [first, second].find((id) => !known.touched.has(id))
  const transition = transitionsIn(known).find(({ id }) => id === missing)
  if (transition) return `${transition.id} was not taken: ${ofTransition(transition, known)}`
  return 'both were taken, and never one right after the other'
}

/** Nobody has said what leads to the event. */
function withoutValue({ on, event }: TransitionTarget, { events }: Knowledge): string | undefined {
  if (on === '' || on.startsWith('xstate.') || on.includes('*') || (events[event]?.length ?? 0) > 0) return undefined
  return `no value of "${event}" is given: add it to events`
}

const ends = /^xstate\.(?<how>done|error)\.actor\.(?<id>.+)$/

/** Nobody has said that the actor's work may end so. */
function withoutOutcome({ on, machine }: TransitionTarget, known: Knowledge): string | undefined {
  const { how, id = '' } = ends.exec(on)?.groups ?? {}
  if (how === undefined) return undefined
  const actor = nameOfActor(machine, id, known)
  const outcomes = known.outcomes.get(actor)
  const kind = how === 'done' ? 'succeeds' : 'fails'
  if (!outcomes || outcomes.some((outcome) => outcome.kind === kind)) return undefined
  return `no outcome is given with which "${actor}" ${kind}: add it to outcomes.${actor}.${kind}`
}

/** Nobody has answered the question, or it was not given up. */
function withoutAnswer({ on, machine }: TransitionTarget, known: Knowledge): string | undefined {
  const { how, id = '' } = ends.exec(on)?.groups ?? {}
  const actor = nameOfActor(machine, id, known)
  if (how === undefined || !isQuestion(actor, known)) return undefined
  const whatever = 'whatever was said and however long nobody spoke'
  if (how === 'error') return `the question "${actor}" was never given up, ${whatever}`
  return `the question "${actor}" was never answered, ${whatever}: give an answer to events`
}

const isQuestion = (actor: string, { machine }: Knowledge): boolean =>
  actorsOf(machine).some(({ name, role }) => name === actor && role === 'question')

/** By the id under which it is invoked. */
const nameOfActor = (machine: string, id: string, known: Knowledge): string => {
  const root = authoredIn(known.machine).machines.find(({ name }) => name === machine)?.root
  return String(
    (root &&
      nodesIn(root)
        .flatMap(({ invoke }) => invoke)
        .find((each) => each.id === id)?.src) ??
      id,
  )
}

type Node = ReturnType<typeof authoredIn>['machines'][number]['root']
const nodesIn = (node: Node): Node[] => [node, ...Object.values(node.states).flatMap(nodesIn)]

function withoutSource(
  { machine, source }: TransitionTarget,
  { machine: root, touched }: Knowledge,
): string | undefined {
  const state = targetsOf(root).find(
    (each) => each.kind === 'state' && each.machine === machine && each.path.join('.') === source.join('.'),
  )
  return state && !touched.has(state.id) ? `its state ${nameOfPath(source)} was never reached` : undefined
}

function withoutPass({ id, guard, event }: TransitionTarget, known: Knowledge): string | undefined {
  const isRefused = targetsOf(known.machine).some(
    (each) =>
      each.kind === 'guard' && each.transition === id && !each.part && !each.outcome && known.touched.has(each.id),
  )
  return isRefused ? `its guard, ${guard}, was asked at ${event} and never true` : undefined
}

/** What people did led to something else. */
function misheard({ event }: TransitionTarget, { tally, events }: Knowledge): string | undefined {
  if (!events[event]) return undefined
  const { times, impossible, heard, others } = tally.of(event)
  if (heard > 0) return undefined
  if (times === 0 && impossible > 0)
    return `what leads to "${event}" could never be done: nothing of that name can be pressed or filled in`
  const took = [...others].map((other) => `"${other}"`).join(' and ')
  return `what is given of "${event}" was tried ${times} times, and the machine heard ${took === '' ? 'nothing' : took}`
}

const transitionsIn = ({ machine }: Knowledge): readonly TransitionTarget[] =>
  targetsOf(machine).filter((target) => target.kind === 'transition')
