/**
 * The only file that touches what XState does not promise to keep. Tried with 5.33, which is why the peer dependency is
 * pinned to it.
 */
import type {
  AnyActor,
  AnyActorLogic,
  AnyActorRef,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  EventObject,
  InspectionEvent,
} from 'xstate'
import type { TransitionName } from './watch.js'

/** A node of a machine, as far as it is looked at here. */
export interface MachineNode {
  readonly id: string
  readonly type: string
  /** Names of the states from the root down. */
  readonly path: readonly string[]
  /** Its place in the machine as it is written. */
  readonly order: number
  readonly meta?: unknown
  readonly invoke: readonly { readonly id: string; readonly src: unknown }[]
  /** By event descriptor. */
  readonly transitions: ReadonlyMap<string, readonly NodeTransition[]>
  readonly always?: readonly NodeTransition[] | undefined
  readonly states: Readonly<Record<string, MachineNode>>
  readonly parent?: MachineNode | undefined
  readonly initial?: { readonly target?: readonly MachineNode[] | undefined } | undefined
}

export interface NodeTransition {
  readonly source: MachineNode
  readonly target?: readonly MachineNode[] | undefined
  readonly guard?: unknown
  readonly actions: readonly unknown[]
  /** The event descriptor; empty where it needs no event. */
  readonly eventType: string
}

/** The transitions of a state for an event without a wildcard, or with one that is less and less exact, as XState asks them. */
export function candidatesFor(node: MachineNode, type: string): readonly NodeTransition[] {
  const exact = node.transitions.get(type) ?? []
  const wildcards = [...node.transitions.keys()].filter((each) => each !== type && fits(type, each))
  if (wildcards.length === 0) return exact
  const lessExact = wildcards.sort((one, other) => other.length - one.length)
  return [...exact, ...lessExact.flatMap((each) => node.transitions.get(each) ?? [])]
}

const fits = (type: string, descriptor: string): boolean =>
  descriptor === '*' || (descriptor.endsWith('.*') && `${type}.`.startsWith(descriptor.slice(0, -1)))

/** The transitions of the same state for the same event, in the order in which they are asked. */
export const alternativesOf = ({ source, eventType }: NodeTransition): readonly NodeTransition[] =>
  (eventType === '' ? source.always : source.transitions.get(eventType)) ?? []

export const nameOfTransition = (transition: NodeTransition): TransitionName => ({
  source: transition.source.path,
  on: transition.eventType,
  index: Math.max(0, alternativesOf(transition).indexOf(transition)),
})

/** A state and those within it that are active when it is entered. History is not looked at. */
export function initialNodes(node: MachineNode): readonly MachineNode[] {
  const inner = node.type === 'parallel' ? Object.values(node.states) : (node.initial?.target ?? [])
  return [node, ...inner.filter(({ type }) => type !== 'history').flatMap(initialNodes)]
}

/** What XState asks of whoever keeps its timers. */
export interface Scheduler {
  schedule(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject, delayMs: number, id?: string): void
  cancel(source: AnyActorRef, id: string): void
  cancelAll(source: AnyActorRef): void
}

type System = AnyActor['system']
type Action = { exec?: ((info: unknown, params: unknown) => unknown) | undefined }
type Relay = (source: AnyActorRef | undefined, target: AnyActorRef, event: EventObject) => void

interface ActorInternals {
  readonly logic: AnyActorLogic
  readonly _parent?: AnyActorRef
  readonly _syncSnapshot?: boolean
  readonly _actorScope: { actionExecutor(action: Action): void }
  _stop(): void
}
interface SystemInternals {
  readonly scheduler: Scheduler
  _relay: Relay
  _sendInspectionEvent(event: Inspected): void
}

const inside = (actor: AnyActorRef): ActorInternals => actor as unknown as ActorInternals
const insideSystem = (system: System): SystemInternals => system as unknown as SystemInternals

/** Whether a stored snapshot names actors in a context. A restore puts them there, into the snapshot that it is given. */
export function namesActors(stored: unknown): boolean {
  if (typeof stored !== 'object' || stored === null) return false
  if (Array.isArray(stored)) return stored.some(namesActors)
  if ('xstate$$type' in stored) return true
  for (const key in stored) if (namesActors((stored as Record<string, unknown>)[key])) return true
  return false
}

export const logicOf = (actor: AnyActorRef): AnyActorLogic => inside(actor).logic

/** Whether the actor's parent hears of each of its snapshots, as it was said; `undefined` where nothing was. */
export const syncsSnapshot = (actor: AnyActorRef): boolean | undefined => inside(actor)._syncSnapshot

/** Told as XState tells it: of another copy of it, actors are of another class. */
export const isActor = (value: object): value is AnyActorRef =>
  'sessionId' in value && 'send' in value && 'ref' in value

export const parentOf = (actor: AnyActorRef): AnyActorRef | undefined => inside(actor)._parent

/** Every active node, the root and the compound ones included. */
export const activeNodes = (snapshot: AnyMachineSnapshot): readonly MachineNode[] =>
  snapshot._nodes as unknown as readonly MachineNode[]

/** The delayed transitions of the active states, by the type of their event, with how long they wait. */
export function delaysOf(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): ReadonlyMap<string, number> {
  const named = machine.implementations.delays as Record<string, Delay | undefined>
  const delays = new Map<string, number>()
  for (const node of snapshot._nodes as unknown as readonly { after: readonly Delayed[] }[]) {
    for (const { delay, eventType } of node.after) {
      const found = typeof delay === 'string' ? named[delay] : delay
      const wait = typeof found === 'function' ? found({ context: snapshot.context, event: { type: '' } }) : found
      if (typeof wait === 'number') delays.set(eventType, wait)
    }
  }
  return delays
}
type Delay = number | ((args: { context: unknown; event: AnyEventObject }) => number)
type Delayed = { delay: Delay | string; eventType: string }

/** XState marks machines only so; `instanceof` would fail where two copies of it are loaded. */
export const isMachine = (
  logic: object,
): logic is { root: MachineNode; implementations: { actors: Record<string, object> } } =>
  '__xstatenode' in logic && 'root' in logic

/** Stops a child directly: after its root has failed, `stop` on the root does nothing. */
export const stopActor = (actor: AnyActorRef): void => inside(actor)._stop()

export const replaceScheduler = (system: System, scheduler: Scheduler): void => {
  Object.assign(insideSystem(system).scheduler, {
    schedule: scheduler.schedule.bind(scheduler),
    cancel: scheduler.cancel.bind(scheduler),
    cancelAll: scheduler.cancelAll.bind(scheduler),
  } satisfies Scheduler)
}

/** What XState tells of itself, without the root that it adds for those who watch several. */
export type Inspected = Pick<InspectionEvent, 'type' | 'actorRef'>

/** What XState tells of an actor's snapshot: by which event it came to it. */
export type Told = Inspected & { readonly event: AnyEventObject }

/** What XState tells of a step, with the transitions that were taken in it. */
export type Microstep = Inspected & {
  readonly event: AnyEventObject
  readonly snapshot: unknown
  readonly _transitions: readonly NodeTransition[]
}

/** Hands what XState tells of a system to one listener, straight: it tells ten things a turn. */
export const replaceInspection = (system: System, listener: (event: Inspected) => void): void => {
  insideSystem(system)._sendInspectionEvent = listener
}

/** Delivers as XState itself would, from `source`. */
export const relay = (source: AnyActorRef, target: AnyActorRef, event: EventObject): void =>
  insideSystem(source.system)._relay(source, target, event)

/** Does `work`, and keeps from parents the events for which `unwanted` is true. */
export function withoutRelaying(system: System, unwanted: Predicate, work: () => void): void {
  const internals = insideSystem(system)
  const usual = internals._relay
  internals._relay = (source, target, event) => {
    if (!unwanted(event, source)) usual(source, target, event)
  }
  try {
    work()
  } finally {
    internals._relay = usual
  }
}
type Predicate = (event: AnyEventObject, source: AnyActorRef | undefined) => boolean

/** XState throws what a listener to emitted events throws in a timeout of its own, which would end the process. */
export function watchListeners(actor: AnyActorRef, failed: (error: unknown) => void): void {
  const on = actor.on.bind(actor) as On
  const watchedOn: On = (type, listener) =>
    on(type, (event) => {
      try {
        const result = listener(event)
        if (result instanceof Promise) result.catch(failed)
      } catch (error) {
        failed(error)
      }
    })
  Object.assign(actor, { on: watchedOn })
}
type On = (type: string, listener: (event: AnyEventObject) => unknown) => unknown

/** XState drops what an action returns, so a promise that rejects would end the process. */
export function watchActions(actor: AnyActorRef, rejected: (error: unknown) => void): void {
  const scope = inside(actor)._actorScope
  const execute = scope.actionExecutor
  scope.actionExecutor = (action) => execute(watched(action, rejected))
}

function watched(action: Action, rejected: (error: unknown) => void): Action {
  const { exec } = action
  if (!exec) return action
  const watchedExec: typeof exec = (info, params) => {
    const result = exec(info, params)
    if (result instanceof Promise) result.catch(rejected)
    return result
  }
  return { ...action, exec: watchedExec }
}
