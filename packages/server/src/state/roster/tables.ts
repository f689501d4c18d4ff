import { under } from '../../kv/keys.js'
import { type Range, type Reader, table } from '../../kv/port.js'
import type { MutedUntil } from './port.js'

/** Where a client is in one of its conversations, as far as it is not derived: without names, because there are many. */
export type RosterRecord = readonly [
  /** `seq` and time with which it joined. */
  joined: number,
  joinedAt: number,
  delivered: number,
  read: number,
  mutedUntil?: MutedUntil,
]

/** [vendor, client, conversation] */
export const rosters = table<RosterRecord>('roster')

/** [vendor, conversation] to those who are in it, with the `seq` of the change that made it so. */
export const rooms = table<readonly [seq: number, ...members: string[]]>('roster-rooms')

/** A client's conversations, by id. */
export function* rowsOf(
  reader: Reader,
  vendor: string,
  client: string,
  range: Partial<Range> = {},
): Iterable<{ conversation: string; record: RosterRecord }> {
  for (const { key, value } of reader.range(rosters, { ...under(vendor, client), ...range }))
    yield { conversation: key[2] as string, record: value }
}

/** Ids of a client's conversations, in order. */
export function* conversationsOf(reader: Reader, vendor: string, client: string): Iterable<string> {
  for (const { conversation } of rowsOf(reader, vendor, client)) yield conversation
}
