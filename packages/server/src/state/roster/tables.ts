import { under } from '../../kv/keys.js'
import { type Range, type Reader, table } from '../../kv/port.js'

/** [vendor, client, conversation] to the members of the conversation. */
export const rosters = table<readonly string[]>('rosters', { hot: true })

/** Ids of a client's conversations, in order. */
export function* conversationsOf(
  reader: Reader,
  vendor: string,
  client: string,
  range: Partial<Range> = {},
): Iterable<string> {
  for (const { key } of reader.range(rosters, { ...under(vendor, client), ...range })) yield key[2] as string
}
