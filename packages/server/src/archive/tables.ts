import { leases } from '../backend/stored-leases.js'
import { epochs as leaseEpochs } from '../backend/tables.js'
import { expiries } from '../broker/retained-expiry.js'
import { retained, retainedLoads } from '../broker/retained-table.js'
import { queueAgain, queueFailures, queueFloors, queueHandled, queueOwners } from '../inbox/queue/tables.js'
import { cursors, epochs, inboxes, resyncs, trims, watermarks } from '../inbox/tables.js'
import { incarnations } from '../kv/incarnations.js'
import type { Table } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import { probes } from '../monitoring/health-pages.js'
import { breaks, feeds, heardSetbacks, projected, reconciled, refilled } from '../persistence/feed/tables.js'
import * as store from '../persistence/tables.js'
import { clientRecords, recordsOfRuns, runs } from '../state/presence/shared-tables.js'
import { alive, lastSeen, present, servers } from '../state/presence/tables.js'
import { rooms, rosters } from '../state/roster/tables.js'
import { places, queueings, queueingsDone, queueLoads, queues, sessions } from '../state/sessions/tables.js'
import {
  deadLetterByTime,
  expiryOfRetained,
  holdByUntil,
  type Index,
  idOfMessage,
  idOfTrimmed,
  parkedState,
  timerByDue,
  waitingMark,
} from './indexes.js'
import { migrations } from './migrate/unfinished.js'
import { imports } from './unfinished.js'

/** A part of a key: its name, and whether it is a number, or a text that may be absent at the end. */
export type KeyPart = string | readonly ['number' | 'optional', string]

/** What a table is to those who carry data from one place to another. */
export interface TableNote {
  table: Table<unknown>
  key: readonly KeyPart[]
  /**
   * `vendor`: goes with the vendor, which is the first part of its keys. `index`: follows from other tables, and is
   * made of them. `server`: belongs to the data folder, and stays there.
   */
  keep: 'vendor' | 'index' | 'server'
  /** Entries of other tables that follow from one of this one. */
  indexes?: readonly Index[]
}

const seq = ['number', 'seq'] as const
const group = ['optional', 'group'] as const
const seat = ['vendor', 'conversation', 'bot'] as const

const of = <V>(
  table: Table<V>,
  key: readonly KeyPart[],
  keep: TableNote['keep'],
  indexes: readonly Index[] = [],
): TableNote => ({ table, key, keep, ...(indexes.length > 0 && { indexes }) })

/** Every table of the server. A test finds those that were forgotten here. What depends on others comes after them. */
export const tableNotes: readonly TableNote[] = [
  of(store.conversations, ['vendor', 'conversation'], 'vendor'),
  of(store.joins, ['vendor', 'conversation', 'client'], 'vendor'),
  of(store.retentions, ['vendor', 'conversation'], 'vendor'),
  of(store.journal, ['vendor', 'conversation', seq], 'vendor', [idOfMessage]),
  of(store.trimmedIds, ['vendor', ['number', 'due'], 'conversation', seq], 'vendor', [idOfTrimmed]),
  of(store.segments, ['vendor', 'conversation', seq], 'vendor'),
  of(store.trimmedCounts, ['vendor', 'conversation'], 'vendor'),
  of(store.spoken, ['vendor', 'conversation', 'client'], 'vendor'),
  of(store.references, ['vendor', 'conversation', ['number', 'target'], seq], 'vendor'),
  of(store.fallbacks, ['vendor', 'conversation', seq], 'vendor'),
  of(store.bots, ['vendor', 'bot'], 'vendor'),
  of(store.standings, seat, 'vendor', [parkedState]),
  of(store.states, seat, 'vendor'),
  of(store.checkpoints, seat, 'vendor'),
  of(store.tries, seat, 'vendor'),
  of(store.holds, seat, 'vendor', [holdByUntil]),
  of(store.waitingSince, seat, 'vendor', [waitingMark]),
  of(store.timerCounts, seat, 'vendor'),
  of(store.timers, [...seat, 'timer'], 'vendor', [timerByDue]),
  of(store.deadLetters, [...seat, ['number', 'revision or seq'], group], 'vendor', [deadLetterByTime]),
  of(inboxes, ['vendor', 'client', ['number', 'offset']], 'vendor'),
  of(trims, ['vendor', 'client'], 'vendor'),
  of(queueFloors, ['vendor', 'client', 'group'], 'vendor'),
  of(queueHandled, ['vendor', 'client', 'group', 'conversation'], 'vendor'),
  of(queueFailures, ['vendor', 'client', 'group', 'conversation', seq], 'vendor'),
  of(queueAgain, ['vendor', 'client', 'group', 'conversation', seq], 'vendor'),
  of(rosters, ['vendor', 'client', 'conversation'], 'vendor'),
  of(rooms, ['vendor', 'conversation'], 'vendor'),
  of(lastSeen, ['vendor', 'client'], 'vendor'),
  of(servers, ['vendor', 'client'], 'vendor'),
  of(sessions, ['vendor', 'client', 'connection'], 'vendor'),
  of(cursors, ['vendor', 'client', 'connection'], 'vendor'),
  of(resyncs, ['vendor', 'client', 'connection'], 'vendor'),
  of(queues, ['vendor', 'client', 'connection', ['number', 'place']], 'vendor'),
  of(retained, ['vendor', 'topic'], 'vendor', [expiryOfRetained]),
  of(store.ids, ['vendor', 'id', 'conversation', 'from'], 'index'),
  of(store.parked, ['vendor', 'bot', 'conversation'], 'index'),
  of(store.heldByUntil, ['vendor', 'bot', ['number', 'until'], 'conversation'], 'index'),
  of(store.waitingBySince, ['vendor', 'bot', ['number', 'since'], 'conversation'], 'index'),
  of(store.timersByDue, ['vendor', 'bot', ['number', 'due'], 'conversation', 'timer'], 'index'),
  of(
    store.deadLettersByTime,
    ['vendor', ['number', 'at'], 'conversation', 'bot', ['number', 'revision or seq'], group],
    'index',
  ),
  of(expiries, [['number', 'due'], 'vendor', 'topic'], 'index'),
  of(store.archives, [['number', 'zero']], 'server'),
  of(store.latest, [['number', 'zero']], 'server'),
  of(places, [['number', 'zero']], 'server'),
  of(queueLoads, ['vendor', 'client', 'connection'], 'server'),
  of(queueings, ['vendor', 'client', 'connection', ['number', 'packetId']], 'server'),
  of(queueingsDone, ['token'], 'server'),
  of(retainedLoads, ['vendor', 'client', 'connection'], 'server'),
  of(watermarks, [['number', 'partition']], 'server'),
  of(epochs, [['number', 'which']], 'server'),
  of(leaseEpochs, [['number', 'zero']], 'server'),
  of(leases, ['vendor', 'bot', 'conversation'], 'server'),
  of(restores, [['number', 'zero']], 'server'),
  of(incarnations, [['number', 'zero']], 'server'),
  of(present, ['vendor', 'client'], 'server'),
  of(alive, [['number', 'run']], 'server'),
  of(clientRecords, ['vendor', 'client'], 'server'),
  of(recordsOfRuns, ['run', 'vendor', 'client'], 'server'),
  of(runs, ['run'], 'server'),
  of(queueOwners, ['vendor', 'client', 'group'], 'server'),
  of(feeds, ['vendor', 'conversation'], 'server'),
  of(projected, ['vendor', 'conversation'], 'server'),
  of(breaks, ['vendor', 'conversation'], 'server'),
  of(heardSetbacks, [['number', 'partition']], 'server'),
  of(reconciled, [['number', 'partition']], 'server'),
  of(
    refilled,
    [
      ['number', 'partition'],
      ['number', 'walk'],
    ],
    'server',
  ),
  of(store.enlisting, ['vendor', 'bot'], 'server'),
  of(imports, ['vendor'], 'server'),
  of(migrations, [['number', 'zero']], 'server'),
  of(probes, ['name'], 'server'),
]

/** What goes with a vendor, in the order of an export. */
export const vendorTables = tableNotes.filter(({ keep }) => keep === 'vendor')

export const noteOf = (name: string): TableNote | undefined => tableNotes.find(({ table }) => table.name === name)

/** What is wrong with a key of this form, as the end of a sentence; `undefined` where nothing is. */
export const problemOfKey = (parts: readonly KeyPart[], key: readonly unknown[]): string | undefined => {
  const names = parts.map((part) => (typeof part === 'string' ? part : part[1]))
  const least = parts.filter((part) => part[0] !== 'optional').length
  if (key.length < least || key.length > parts.length) return `has to be [${names.join(', ')}]`
  const wrong = key.findIndex((given, at) => typeof given !== typeOf(parts[at] as KeyPart))
  return wrong === -1
    ? undefined
    : `has to have a ${typeOf(parts[wrong] as KeyPart) === 'number' ? 'number' : 'text'} for ${names[wrong]}`
}

const typeOf = (part: KeyPart): 'number' | 'string' => (part[0] === 'number' ? 'number' : 'string')
