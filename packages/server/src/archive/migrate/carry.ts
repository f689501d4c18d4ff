import type { QueueFailure } from '../../inbox/queue/port.js'
import { handledOf, queueFailures, queueHandled, type StoredHandled } from '../../inbox/queue/tables.js'
import { epochs, inboxes, type Pointer } from '../../inbox/tables.js'
import { under } from '../../kv/keys.js'
import type { Key, Reader, Table } from '../../kv/port.js'
import { restores } from '../../kv/restores.js'
import { type Line, leadsThere, reachedIn, unbroken } from '../../persistence/feed/line.js'
import { breaks, feeds, heardSetbacks, projected, reconciled, refilled } from '../../persistence/feed/tables.js'
import { archives, conversations, enlisting } from '../../persistence/tables.js'
import { type ClientRecord, clientRecords, runs } from '../../state/presence/shared-tables.js'
import { alive, lastSeen, present } from '../../state/presence/tables.js'
import { queueings, queueingsDone } from '../../state/sessions/tables.js'
import { tableNotes } from '../tables.js'
import type { Make, StoredEntry } from './pages.js'
import type { Source } from './place.js'

/** What is put into the place that is moved to. */
export interface CarriedEntry extends StoredEntry {
  table: Table<unknown>
}

/** What becomes of the entries of a table. */
export interface Carrier {
  table: Table<unknown>
  make: Make<CarriedEntry>
}

/**
 * What is moved, table by table. All that belongs to vendors goes as it is, and so do the indexes and what tells this history
 * from others, so that positions of clients and sessions stay good. Who was there when the last process ended goes as one
 * that was there last. What holds for one process, one folder or one Redis only stays behind: leases, runs, who works on a queue.
 */
export const carriersOf = async (source: Source): Promise<readonly Carrier[]> => {
  const [heardOf, leads] = [await lastHeardOf(source), await leadsIn(source)]
  const asItIs = tableNotes
    .filter(({ keep, table }) => (keep !== 'server' && !staysBehind.has(table)) || goesAlong.has(table))
    .map(carriedWhole)
  const changed = new Map(
    [lastSeenOf, pointersOf(leads), failuresOn(leads), handledBeyond].map((carrier) => [carrier.table, carrier]),
  )
  return [...asItIs.map((carrier) => changed.get(carrier.table) ?? carrier), ...whoWasThere(heardOf)]
}

const goesAlong: ReadonlySet<Table<unknown>> = new Set<Table<unknown>>([epochs, restores, archives])

/** What is on its way from one partition to others. */
const staysBehind: ReadonlySet<Table<unknown>> = new Set<Table<unknown>>([
  ...[feeds, projected, breaks, heardSetbacks, reconciled, refilled, queueings, queueingsDone, enlisting],
])

const carriedWhole = ({ table }: { table: Table<unknown> }): Carrier => ({
  table,
  make: (entry) => [{ table, ...entry }],
})

/** Who was there later has a newer time. */
const lastSeenOf: Carrier = {
  table: lastSeen,
  make: (entry, reader) => (wasThere(reader, entry.key) ? [] : [{ table: lastSeen, ...entry }]),
}

/** On which line it was said has no meaning elsewhere; what leads nowhere by its line leads nowhere there. */
const pointersOf = (leads: Leads): Carrier => ({
  table: inboxes,
  make: ({ key, value }) => {
    const [conversation, seq, line = 0] = value as Pointer
    const [vendor, client] = key as [string, string]
    const isThere = leads({ vendor, client, conversation, seq, line })
    return [{ table: inboxes, key, value: [conversation, isThere ? seq : 0] }]
  },
})

/** As pointers: what has the number of what is lost has not failed. */
const failuresOn = (leads: Leads): Carrier => ({
  table: queueFailures,
  make: ({ key, value }) => {
    const { line = 0, ...failure } = value as QueueFailure
    const [vendor, client, , conversation, seq] = key as [string, string, string, string, number]
    return leads({ vendor, client, conversation, seq, line }) ? [{ table: queueFailures, key, value: failure }] : []
  },
})

/** Whether what a client has of a conversation leads to what its journal has there now. */
type Leads = (from: { vendor: string; client: string; conversation: string; seq: number; line: number }) => boolean

const leadsIn = async (source: Source): Promise<Leads> => {
  const lines = await linesIn(source)
  // All that belongs to a client, or to a conversation, lies together.
  const partOf = (vendor: string, name: string) => source.partsOf(conversations, [vendor, name], undefined)[0]
  return ({ vendor, client, conversation, ...place }) =>
    leadsThere(
      lines.get(nameOf(vendor, conversation)) ?? unbroken,
      place,
      partOf(vendor, client) === partOf(vendor, conversation),
    )
}

/** Of the conversations that went on after their partition went back. */
type Lines = ReadonlyMap<string, Line>

const nameOf = (vendor: string, conversation: string): string => `${vendor}/${conversation}`

const linesIn = async ({ parts }: Source): Promise<Lines> => {
  const lines = new Map<string, Line>()
  for (const part of parts)
    await part.read((reader) => {
      for (const { key, value } of reader.range(breaks, under()))
        lines.set(nameOf(`${key[0]}`, `${key[1]}`), { count: value.at(-1)?.[0] ?? 0, breaks: value })
    })
  return lines
}

/** Of what was handled on an older line nobody can say there which numbers are lost, and were given again: all is handled again. */
const handledBeyond: Carrier = {
  table: queueHandled,
  make: ({ key, value }, reader) => {
    const { seq, line = 0 } = handledOf(value as StoredHandled)
    const reached = reachedIn(reader, key[0] as string, key[3] as string)
    return reached.line > line ? [] : [{ table: queueHandled, key, value: seq }]
  },
}

const wasThere = (reader: Reader, key: Key): boolean =>
  reader.get(present, key) !== undefined || (reader.get(clientRecords, key)?.status ?? 'offline') !== 'offline'

const whoWasThere = (heardOf: LastHeard): Carrier[] => [
  {
    table: present,
    make: ({ key, value }) => {
      const { run, since } = value as { run: number; since: number }
      return [{ table: lastSeen, key, value: heardOf.get(`${run}`) ?? since }]
    },
  },
  {
    table: clientRecords,
    make: ({ key, value }) => {
      const { status, since, at } = value as ClientRecord
      const heard = Object.keys(at).map((run) => heardOf.get(run) ?? since)
      return status === 'offline' ? [] : [{ table: lastSeen, key, value: Math.max(since, ...heard) }]
    },
  },
]

/** When a run is known to have lived; they are few. */
type LastHeard = ReadonlyMap<string, number>

const lastHeardOf = async ({ parts }: Source): Promise<LastHeard> => {
  const found = new Map<string, number>()
  for (const part of parts)
    await part.read((reader) => {
      for (const { key, value } of reader.range(alive, under())) found.set(`${key[0]}`, value)
      for (const { key, value } of reader.range(runs, under())) found.set(`${key[0]}`, value.at)
    })
  return found
}
