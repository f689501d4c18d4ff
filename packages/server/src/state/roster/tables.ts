import { under } from '../../kv/keys.js'
import { type Range, type Reader, table } from '../../kv/port.js'

/** [vendor, client, conversation] to the `seq` with which the client joined it. */
export const rosters = table<number>('roster')

/** [vendor, conversation] to those who are in it, with the `seq` of the change that made it so. */
export const rooms = table<readonly [seq: number, ...members: string[]]>('roster-rooms')

/** Ids of a client's conversations, in order. */
export function* conversationsOf(
  reader: Reader,
  vendor: string,
  client: string,
  range: Partial<Range> = {},
): Iterable<string> {
  for (const { key } of reader.range(rosters, { ...under(vendor, client), ...range })) yield key[2] as string
}
