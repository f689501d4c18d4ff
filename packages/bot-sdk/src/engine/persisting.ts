import type { AnyActorRef } from 'xstate'
import { childrenOf, pathOf, placeOf } from './actor-tree.js'
import { NotPersistable } from './errors.js'
import { type Json, type JsonCopy, jsonCopy } from './json.js'

/**
 * The snapshot of a whole tree of actors, as plain JSON of its own: XState's shares its context with the live actors.
 *
 * @throws NotPersistable
 */
export function persistedTree(root: AnyActorRef): JsonCopy {
  refuseUnnamed(root)
  return copySnapshot((root as unknown as Persisting).getPersistedSnapshot(), '')
}

interface Persisting {
  getPersistedSnapshot(): PersistedSnapshot
}

/** XState's layout of a persisted snapshot. */
export interface PersistedSnapshot {
  status: string
  value?: unknown
  error?: unknown
  children?: Record<string, PersistedChild>
  historyValue?: Record<string, readonly { id: string }[]>
}
export interface PersistedChild {
  snapshot: PersistedSnapshot
  src: string
}

/** XState's production build persists such a child as `src: {}`, without a word. */
function refuseUnnamed(actor: AnyActorRef): void {
  for (const [id, child] of childrenOf(actor)) {
    const place = placeOf(pathOf(child))
    if (typeof child.src !== 'string')
      throw new NotPersistable(place, 'was spawned from inline logic; register it under `actors` and spawn it by name')
    if (id !== child.id || id === child.sessionId)
      throw new NotPersistable(place, 'has no fixed id; give `spawn` or `spawnChild` an `id`')
    refuseUnnamed(child)
  }
}

function copySnapshot(snapshot: PersistedSnapshot, prefix: string): JsonCopy {
  return copyFields(snapshot, (field, value) => {
    if (field === 'children')
      return copyFields(value as object, (id, child) => copyChild(child, `${prefix}children.${id}.`))
    return jsonCopy(field === 'error' ? plainError(value) : value, prefix + field)
  })
}

const copyChild = (child: PersistedChild, prefix: string): JsonCopy =>
  copyFields(child, (field, value) =>
    field === 'snapshot' ? copySnapshot(value as PersistedSnapshot, prefix) : jsonCopy(value, prefix + field),
  )

/** Fields that XState leaves `undefined` are its own business: they are absent in what is stored. */
function copyFields<TRecord extends object>(
  record: TRecord,
  copy: (field: string, value: TRecord[keyof TRecord & string]) => JsonCopy,
): JsonCopy {
  const fields: [string, Json][] = []
  let lossless = true
  for (const [field, value] of Object.entries(record)) {
    if (value === undefined) continue
    const copied = copy(field, value)
    lossless &&= copied.lossless
    fields.push([field, copied.json])
  }
  return { json: Object.fromEntries(fields), lossless }
}

/** A child that failed stays in its parent's state; of its error, name and message do. */
const plainError = (error: unknown): unknown =>
  error instanceof Error ? { name: error.name, message: error.message } : error
