import type { AnyActorRef } from 'xstate'
import { childrenOf, pathOf, placeOf } from './actor-tree.js'
import { NotPersistable } from './errors.js'
import { type Json, JsonCopier, type JsonCopy, putInto } from './json.js'

/**
 * The snapshot of a whole tree of actors, as plain JSON of its own: XState's shares its context with the live actors.
 *
 * @throws NotPersistable
 */
export function persistedTree(root: AnyActorRef): JsonCopy {
  refuseUnnamed(root)
  const copier = new JsonCopier()
  const json = copySnapshot(copier, (root as unknown as Persisting).getPersistedSnapshot(), '')
  return { json, lossless: copier.lossless }
}

interface Persisting {
  getPersistedSnapshot(): PersistedSnapshot
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

function copySnapshot(copier: JsonCopier, snapshot: PersistedSnapshot, prefix: string): Json {
  return copyFields(snapshot, (field, value) => {
    if (field === 'children') return copyChildren(copier, value as Children, prefix)
    if (field === 'historyValue') return copier.copy(inOrder(value as History), prefix + field)
    return copier.copy(field === 'error' ? plainError(value) : value, prefix + field)
  })
}

/** States of a history are entered in the machine's order; XState lists them by when they were entered before. */
const inOrder = (history: History): History =>
  Object.fromEntries(
    Object.entries(history).map(([node, states]) => [
      node,
      [...states].sort((one, other) => (one.id < other.id ? -1 : 1)),
    ]),
  )

const copyChildren = (copier: JsonCopier, children: Children, prefix: string): Json =>
  copyFields(children, (id, child) => copyChild(copier, child, `${prefix}children.${id}.`))

const copyChild = (copier: JsonCopier, child: PersistedChild, prefix: string): Json =>
  copyFields(child, (field, value) =>
    field === 'snapshot'
      ? copySnapshot(copier, value as PersistedSnapshot, prefix)
      : copier.copy(value, prefix + field),
  )

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
