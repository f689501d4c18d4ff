import { retained, retainedLoads } from '../broker/retained-table.js'
import { incarnations } from '../kv/incarnations.js'
import { numberOf } from '../kv/partitions/number-of.js'
import type { Key, Table } from '../kv/port.js'
import { breaks, feeds, heardSetbacks, projected, reconciled, refilled } from '../persistence/feed/tables.js'
import * as store from '../persistence/tables.js'
import { clientRecords, recordsOfRuns } from '../state/presence/shared-tables.js'
import { lastSeen, present, servers } from '../state/presence/tables.js'
import { rooms } from '../state/roster/tables.js'
import { queueings, queueingsDone } from '../state/sessions/tables.js'
import { type KeyPart, tableNotes } from './tables.js'

type RoomRecord = NonNullable<(typeof rooms)['value']>

/**
 * Where the entries of a table are in a store that is divided: with the conversation or the client that the part of the key at
 * this place names; in the first partition; or in each one, by itself.
 */
export type Division = { at: number } | 'first' | 'each'

/** Those of which it is not told by their keys. */
const exceptions = new Map<Table<unknown>, Division>([
  // Presence and what is retained are read and written as a whole, by all nodes, and are few.
  ...[retained, retainedLoads, lastSeen, servers, present, clientRecords, recordsOfRuns].map(
    (table) => [table, 'first'] as const,
  ),
  // What waits for whom is decided in the transaction that appends.
  [store.bots, 'each'],
  [store.enlisting, 'each'],
  [store.latest, 'each'],
  [incarnations, 'each'],
  [heardSetbacks, 'each'],
  [reconciled, 'each'],
  [refilled, 'each'],
  [queueingsDone, 'each'],
])

/** What a conversation or a client has begins with its vendor, and names it by the first of these parts. */
const divisionOf = (key: readonly KeyPart[]): Division => {
  const at = key.findIndex((part) => part === 'conversation' || part === 'client')
  return key[0] === 'vendor' && at > 0 ? { at } : 'first'
}

const divisions = new Map<string, Division>(
  tableNotes.map(({ table, key }) => [table.name, exceptions.get(table) ?? divisionOf(key)]),
)

/** How a table is divided. Members of rooms, and what is projected, have copies beside. */
const divisionOfTable = ({ name }: Table<unknown>): Division => divisions.get(name) ?? 'first'

/** The number of the partition of an entry; of the beginning of a key `undefined` where that may be any of them. */
export const placeOf = (table: Table<unknown>, key: Key, partitions: number): number | undefined => {
  const division = divisionOfTable(table)
  if (typeof division === 'string') return 0
  const [vendor, name] = [key[0], key[division.at]]
  return typeof vendor === 'string' && typeof name === 'string' ? numberOf(vendor, name, partitions) : undefined
}

const staysWithStore: ReadonlySet<Table<unknown>> = new Set<Table<unknown>>([
  ...[feeds, projected, breaks, heardSetbacks, reconciled, refilled, queueings, queueingsDone],
])

/**
 * The numbers of all partitions that have an entry, for those who write one that comes from elsewhere. What is on its way within
 * a store that is divided has no place in another: there is none.
 */
export const placesOf = (table: Table<unknown>, key: Key, value: unknown, partitions: number): readonly number[] => {
  if (staysWithStore.has(table)) return []
  if (table === rooms) return placesOfRoom(key as [string, string], value as RoomRecord, partitions)
  if (divisionOfTable(table) === 'each') return Array.from({ length: partitions }, (_, at) => at)
  const place = placeOf(table, key, partitions)
  return place === undefined ? [] : [place]
}

/** Beside the conversation, where its members have it in their rosters. */
const placesOfRoom = ([vendor, conversation]: [string, string], [, ...members]: RoomRecord, partitions: number) => [
  ...new Set([conversation, ...members].map((name) => numberOf(vendor, name, partitions))),
]
