import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { childrenOf, pathOf, placeOf } from './actor-tree.js'
import { NotPersistable } from './errors.js'
import { type Json, JsonCopier, type JsonCopy, putInto } from './json.js'
import { isActor, isMachine, logicOf, syncsSnapshot } from './xstate-internals.js'

/**
 * The snapshot of a whole tree of actors, as plain JSON of its own, laid out as XState lays it out. XState's own walk is
 * not asked: it shares its contexts with the live actors, and would be copied as a whole once more.
 *
 * @throws NotPersistable
 */
export function persistedTree(root: AnyActorRef): JsonCopy {
  refuseUnnamed(root)
  const copier = new JsonCopier()
  const json = copyActor(copier, root, '')
  return { json, lossless: copier.lossless }
}

/** XState's layout of a persisted snapshot. */
export interface PersistedSnapshot {
  status: string
  value?: unknown
  error?: unknown
  children?: Children
  historyValue?: History
}
type History = Readonly<Record<string, readonly { id: string }[]>>
type Children = Record<string, PersistedChild>
export interface PersistedChild {
  snapshot: PersistedSnapshot
  src: string
}

/** XState's production build persists such a child as `src: {}`, without a word. */
function refuseUnnamed(actor: AnyActorRef): void {
  for (const [id, child] of childrenOf(actor)) {
    if (typeof child.src !== 'string')
      throw new NotPersistable(
        place(child),
        'was spawned from inline logic; register it under `actors` and spawn it by name',
      )
    if (id !== child.id || id === child.sessionId)
      throw new NotPersistable(place(child), 'has no fixed id; give `spawn` or `spawnChild` an `id`')
    refuseUnnamed(child)
  }
}

const place = (actor: AnyActorRef): string => placeOf(pathOf(actor))

const copyActor = (copier: JsonCopier, actor: AnyActorRef, prefix: string): Json =>
  isMachine(logicOf(actor)) ? copyMachine(copier, actor, prefix) : copyOther(copier, actor, prefix)

function copyMachine(copier: JsonCopier, actor: AnyActorRef, prefix: string): Json {
  const { status, output, error, value, historyValue, context } = actor.getSnapshot() as AnyMachineSnapshot
  const snapshot: Record<string, Json> = { status }
  if (output !== undefined) snapshot.output = copier.copy(output, `${prefix}output`)
  if (error !== undefined) snapshot.error = copier.copy(plainError(error), `${prefix}error`)
  snapshot.value = copier.copy(value, `${prefix}value`)
  snapshot.historyValue = copyHistory(historyValue)
  snapshot.context = copier.copy(context, `${prefix}context`, inPlaceOfActor)
  snapshot.children = copyChildren(copier, actor, prefix)
  return snapshot
}

/** States of a history are entered in the machine's order; XState lists them by when they were entered before. */
function copyHistory(history: History): Json {
  const copy: Record<string, Json> = {}
  for (const node in history)
    putInto(
      copy,
      node,
      (history[node] ?? []).map(({ id }) => ({ id })).sort((one, other) => (one.id < other.id ? -1 : 1)),
    )
  return copy
}

function copyChildren(copier: JsonCopier, parent: AnyActorRef, prefix: string): Json {
  const children: Record<string, Json> = {}
  for (const [id, child] of childrenOf(parent))
    putInto(children, id, copyChild(copier, child, `${prefix}children.${id}.`))
  return children
}

function copyChild(copier: JsonCopier, child: AnyActorRef, prefix: string): Json {
  const { systemId } = child as { systemId?: string }
  const syncSnapshot = syncsSnapshot(child)
  return {
    snapshot: copyActor(copier, child, prefix),
    src: String(child.src),
    ...(systemId !== undefined && { systemId }),
    ...(syncSnapshot !== undefined && { syncSnapshot }),
  }
}

/** An actor in a context is found again by its id. */
const inPlaceOfActor = (value: object): Json | undefined =>
  isActor(value) ? { xstate$$type: 1, id: value.id } : undefined

/** What is no machine says by itself what is to be stored of it. */
function copyOther(copier: JsonCopier, actor: AnyActorRef, prefix: string): Json {
  const { getPersistedSnapshot } = actor as unknown as { getPersistedSnapshot(): PersistedSnapshot }
  return copyFields(getPersistedSnapshot.call(actor), (field, value) =>
    copier.copy(field === 'error' ? plainError(value) : value, prefix + field),
  )
}

/** Fields that XState leaves `undefined` are its own business: they are absent in what is stored. */
function copyFields<TRecord extends object>(
  record: TRecord,
  copy: (field: string, value: TRecord[keyof TRecord & string]) => Json,
): Json {
  const fields: Record<string, Json> = {}
  for (const field of Object.keys(record) as (keyof TRecord & string)[])
    if (record[field] !== undefined) putInto(fields, field, copy(field, record[field]))
  return fields
}

/** A child that failed stays in its parent's state; of its error, name and message do. */
const plainError = (error: unknown): unknown =>
  error instanceof Error ? { name: error.name, message: error.message } : error
