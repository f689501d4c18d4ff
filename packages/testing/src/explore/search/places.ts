import { hostOf, questionOf, type StatePath, type StoredRun } from '@daakia/bot-sdk/internal'
import type { AnyActorLogic, AnyStateMachine, StateValue } from 'xstate'
import { actorName } from '../../machine/actor-name.js'

/** Where a machine of the author's was last: it began there, was restored there, or took a step there. */
export interface LastSeen {
  /** As a watch has it: `undefined` for the root. */
  logic: object | undefined
  active: readonly StatePath[]
}

/** Where nothing goes on: a run was cancelled, or none has begun. */
export const noRun = 'no run'

interface Snapshot {
  status: string
  value?: StateValue
  children?: Readonly<Record<string, { src: string; snapshot: Snapshot }>>
}

/** A machine of the author's, by the names of actors that lead to it, and where it stands. */
interface Standing {
  actors: readonly string[]
  machine: AnyStateMachine
  states: readonly string[]
}

/**
 * Where an author's machines stand: names of states such as `paying` or `paying.card`, of a machine that is an actor with
 * the actor's name before it. What has come to its end stands there.
 */
export function placesOf(
  machine: AnyStateMachine,
  state: StoredRun | null,
  seen: readonly LastSeen[],
): readonly string[] {
  const standing = state ? standingIn(machine, state.snapshot as Snapshot, []) : []
  const places = [...endedOf(machine, standing, seen), ...standing].flatMap(namesOf)
  return places.length === 0 && !state ? [noRun] : places
}

function standingIn(machine: AnyStateMachine, { value, children }: Snapshot, actors: readonly string[]): Standing[] {
  const inner = Object.entries(children ?? {}).flatMap(([id, { src, snapshot }]) => {
    const logic = ownMachine(actorsOf(machine)[src])
    return logic && snapshot.status === 'active' ? standingIn(logic, snapshot, [...actors, actorName(id)]) : []
  })
  return [{ actors, machine, states: value === undefined ? [] : leavesOf(value) }, ...inner]
}

/** Those that have come to their end; one that was stopped stands nowhere. */
function endedOf(root: AnyStateMachine, standing: readonly Standing[], seen: readonly LastSeen[]): readonly Standing[] {
  const last = new Map(seen.map(({ logic = root, active }) => [logic, active]))
  return [...last].flatMap(([logic, active]) => {
    const machine = ownMachine(logic as unknown as AnyActorLogic)
    if (!machine || standing.some((each) => each.machine === machine) || !isAtEnd(machine, active)) return []
    const actors = actorsTo(machine, root)
    const leaves = active.filter((path) => !active.some((other) => other !== path && isWithin(other, path)))
    return actors ? [{ actors, machine, states: leaves.map((path) => path.join('.')) }] : []
  })
}

const isWithin = (path: StatePath, outer: StatePath): boolean => outer.every((name, at) => path[at] === name)

const isAtEnd = ({ root }: AnyStateMachine, active: readonly StatePath[]): boolean => {
  const isFinal = (path: StatePath) => nodeAt(root, path)?.type === 'final'
  const regions = root.type === 'parallel' ? Object.keys(root.states).map((name) => [name]) : [[]]
  return regions.every((region) =>
    active.some((path) => path.length === region.length + 1 && isWithin(path, region) && isFinal(path)),
  )
}

const nodeAt = (root: AnyStateMachine['root'], path: StatePath) =>
  path.reduce<AnyStateMachine['root'] | undefined>((node, name) => node?.states[name], root)

const actorsOf = ({ implementations }: AnyStateMachine) =>
  implementations.actors as unknown as Readonly<Record<string, AnyActorLogic | undefined>>

/** What asks is none of the author's machines. */
const ownMachine = (logic: AnyActorLogic | undefined): AnyStateMachine | undefined =>
  logic && 'root' in logic && !questionOf(logic) ? (logic as unknown as AnyStateMachine) : undefined

/** The machines that a machine may start, with the names of their actors. */
const startedBy = (machine: AnyStateMachine): readonly (readonly [string, AnyStateMachine])[] =>
  Object.entries(actorsOf(machine)).flatMap(([name, logic]) => {
    const started = ownMachine(logic)
    return started ? idsOf(machine, name).map((id) => [id, started] as const) : []
  })

/** The ids under which an actor is invoked; where it is spawned, its name is taken for it. */
const idsOf = ({ root }: AnyStateMachine, name: string): readonly string[] => {
  const invoked = nodesOf(root).flatMap(({ invoke }) => invoke.filter(({ src }) => src === name))
  return invoked.length === 0 ? [name] : [...new Set(invoked.map(({ id }) => id))]
}

const actorsTo = (
  wanted: AnyStateMachine,
  from: AnyStateMachine,
  known: readonly object[] = [],
): readonly string[] | undefined => {
  if (wanted === from) return []
  if (known.includes(from)) return undefined
  for (const [name, started] of startedBy(from)) {
    const inner = actorsTo(wanted, started, [...known, from])
    if (inner) return [name, ...inner]
  }
  return undefined
}

const nodesOf = (node: AnyStateMachine['root']): AnyStateMachine['root'][] => [
  node,
  ...Object.values(node.states).flatMap(nodesOf),
]

/** One that only holds conversations stands nowhere itself. */
function namesOf({ actors, machine, states }: Standing): readonly string[] {
  if (hostOf(machine)) return []
  return states.length === 0 ? [actors.join('.') || machine.id] : states.map((state) => [...actors, state].join('.'))
}

const leavesOf = (value: StateValue): readonly string[] => {
  if (typeof value === 'string') return [value]
  return Object.entries(value).flatMap(([name, inner]) => {
    const leaves = inner === undefined ? [] : leavesOf(inner)
    return leaves.length === 0 ? [name] : leaves.map((leaf) => `${name}.${leaf}`)
  })
}

/** Whether a place is in a state of this name, or is it. */
export const isIn = (place: string, state: string): boolean =>
  state === '' || place === state || place.startsWith(`${state}.`)

/** A state of a machine, as it is named among all; the empty name is that of the root, in which everything is. */
export const placeOf = (wanted: AnyStateMachine, path: StatePath, root: AnyStateMachine): string =>
  [...(actorsTo(wanted, root) ?? []), ...path].join('.')

/** Every place in which machines may stand. */
export const allPlacesOf = (machine: AnyStateMachine): readonly string[] => [...placesUnder(machine, [], []), noRun]

function placesUnder(machine: AnyStateMachine, actors: readonly string[], known: readonly object[]): readonly string[] {
  if (known.includes(machine)) return []
  const states = nodesOf(machine.root)
    .filter((node) => node.path.length > 0 && Object.keys(node.states).length === 0)
    .map(({ path }) => path.join('.'))
  const inner = startedBy(machine).flatMap(([name, each]) => placesUnder(each, [...actors, name], [...known, machine]))
  return [...namesOf({ actors, machine, states }), ...inner]
}
