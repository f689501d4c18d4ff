import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { actorAt, childrenOf, pathOf, placeOf } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import type { PersistedSnapshot } from './persisting.js'
import type { StoredTimer } from './port.js'
import { isSame } from './same.js'
import { activeNodes } from './xstate-internals.js'

/**
 * Why a stored snapshot is not what came back from restoring it; empty where it is. XState restores what it can and
 * says nothing of the rest. To be asked before the restored actor is started.
 */
export function driftOf(actor: AnyActorRef, stored: PersistedSnapshot, kinds: Kinds): readonly string[] {
  const restored = actor.getSnapshot() as AnyMachineSnapshot
  if (restored.status !== stored.status) return [`${place(actor)}: ${describe(restored.error)}`]
  if (kinds.of(actor) !== 'machine') return []
  return [
    ...driftOfValue(actor, restored, stored),
    ...driftOfChildren(actor, stored, kinds),
    ...addedInvokes(actor, restored, stored),
    ...driftOfHistory(actor, restored, stored),
  ]
}

function driftOfValue(actor: AnyActorRef, restored: AnyMachineSnapshot, stored: PersistedSnapshot): readonly string[] {
  if (isSame(restored.value, stored.value)) return []
  return [`${place(actor)}: state ${JSON.stringify(stored.value)} would become ${JSON.stringify(restored.value)}`]
}

/** Without its logic a child is dropped, and its parent would wait for it for ever. */
function driftOfChildren(actor: AnyActorRef, stored: PersistedSnapshot, kinds: Kinds): readonly string[] {
  const restored = new Map(childrenOf(actor))
  return Object.entries(stored.children ?? {}).flatMap(([id, { src, snapshot }]) => {
    const child = restored.get(id)
    return child
      ? driftOf(child, snapshot, kinds)
      : [`${place(actor)}: child "${id}" needs an actor "${src}", and there is none`]
  })
}

function addedInvokes(actor: AnyActorRef, restored: AnyMachineSnapshot, stored: PersistedSnapshot): readonly string[] {
  if (restored.status !== 'active') return []
  return activeNodes(restored).flatMap((node) =>
    node.invoke
      .filter(({ id }) => !(id in (stored.children ?? {})))
      .map(({ id }) => `${place(actor)}: state "${node.id}" now invokes "${id}", which was never started`),
  )
}

function driftOfHistory(
  actor: AnyActorRef,
  restored: AnyMachineSnapshot,
  stored: PersistedSnapshot,
): readonly string[] {
  return Object.entries(stored.historyValue ?? {})
    .filter(([node, states]) => states.length !== restored.historyValue[node]?.length)
    .map(([node]) => `${place(actor)}: the history "${node}" names states that are gone`)
}

/** Timers that would reach nobody. */
export function driftOfTimers(root: AnyActorRef, timers: readonly StoredTimer[]): readonly string[] {
  return timers.filter((timer) => !isHeard(root, timer)).map(({ id }) => `timer "${id}" fits no transition`)
}

function isHeard(root: AnyActorRef, { source, target, event }: StoredTimer): boolean {
  const recipient = actorAt(root, target)
  if (!recipient || !actorAt(root, source)) return false
  if (!event.type.startsWith('xstate.after.')) return true
  return activeNodes(recipient.getSnapshot() as AnyMachineSnapshot).some((node) => node.transitions.has(event.type))
}

/** Asked only where something is to be said of it. */
const place = (actor: AnyActorRef): string => placeOf(pathOf(actor))

const describe = (error: unknown): string => (error instanceof Error ? error.message : 'its status would change')
