import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from 'xstate'
import type { Migrate } from '../authoring/migrate.js'
import { StateDoesNotFit } from './errors.js'
import type { PersistedChild, PersistedSnapshot } from './persisting.js'
import type { StoredRun, StoredTimer } from './port.js'
import { timerId } from './timers.js'
import { activeNodes, delaysOf, type MachineNode } from './xstate-internals.js'

/**
 * A stored run in the state that `migrate` names. Actors that this state invokes too go on as they were, and so do
 * timers that it waits for; delays that it has and that did not run begin now.
 *
 * @throws StateDoesNotFit where `migrate` makes nothing of it
 */
export function migrated(
  stored: StoredRun,
  reasons: readonly string[],
  { machine, version, migrate, now }: { machine: AnyStateMachine; version: number; migrate: Migrate; now: number },
): StoredRun {
  const before = stored.snapshot as PersistedSnapshot & { context: unknown }
  const next = attempt(reasons, () => {
    const old = { version: stored.version, machine: stored.machine, value: before.value as StateValue }
    const state = migrate({ ...old, context: structuredClone(before.context) }, reasons)
    return state && (machine.resolveState(state as never) as AnyMachineSnapshot)
  })
  if (!next) throw new StateDoesNotFit([...reasons, '`migrate` made nothing of it'])
  const nodes = activeNodes(next)
  const snapshot = {
    ...{ status: 'active', value: next.value, context: next.context, historyValue: {} },
    children: keptChildren(before.children ?? {}, machine, nodes),
  }
  const timers = keptTimers(stored.timers, machine, { next, now, children: snapshot.children })
  return { ...stored, machine: machine.id, version, snapshot, timers }
}

function attempt<T>(reasons: readonly string[], work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StateDoesNotFit([...reasons, `\`migrate\` failed: ${reason}`])
  }
}

/** Those that an active state invokes, and those that no state does: they were spawned. */
function keptChildren(
  children: Record<string, PersistedChild>,
  { root, implementations }: AnyStateMachine,
  nodes: readonly MachineNode[],
): Record<string, PersistedChild> {
  const active = new Set(nodes.flatMap(({ invoke }) => invoke.map(({ id }) => id)))
  const ever = new Set(everyInvoke(root as unknown as MachineNode))
  return Object.fromEntries(
    Object.entries(children).filter(
      ([id, { src }]) => src in implementations.actors && (active.has(id) || !ever.has(id)),
    ),
  )
}

function* everyInvoke(node: MachineNode): Iterable<string> {
  for (const { id } of node.invoke) yield id
  for (const child of Object.values(node.states)) yield* everyInvoke(child)
}

interface Next {
  next: AnyMachineSnapshot
  now: number
  children: Record<string, PersistedChild>
}

function keptTimers(timers: readonly StoredTimer[], machine: AnyStateMachine, { next, now, children }: Next) {
  const delays = delaysOf(machine, next)
  const isRoot = ({ target }: StoredTimer) => target.length === 0
  const isKept = (timer: StoredTimer) => {
    if (isRoot(timer) && timer.event.type.startsWith('xstate.after.')) return delays.has(timer.event.type)
    return [timer.source, timer.target].every(([child]) => child === undefined || child in children)
  }
  const kept = timers.filter(isKept)
  const running = new Set(kept.filter(isRoot).map(({ event }) => event.type))
  const begun = [...delays]
    .filter(([type]) => !running.has(type))
    .map(
      ([type, delayMs]): StoredTimer => ({
        ...{ id: timerId([], type), source: [], target: [], name: type },
        ...{ event: { type }, due: now + delayMs },
      }),
    )
  return [...kept, ...begun]
}
