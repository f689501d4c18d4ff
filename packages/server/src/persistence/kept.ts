import { under } from '../kv/keys.js'
import type { Reader, Table } from '../kv/port.js'
import type { KeptConversation, Retention } from './port.js'
import { conversations, retentions } from './tables.js'

/** Conversations in order, with what was set for them. */
export const keptConversations = (
  reader: Reader,
  { after, configured, limit }: Parameters<Retention['kept']>[0],
): KeptConversation[] => {
  const from = after ? under(after.vendor, after.id).to : []
  const table: Table<unknown> = configured ? retentions : conversations
  return [...reader.range(table, { from, to: under().to, limit })].map(({ key }) => {
    const [vendor, id] = key as [string, string]
    const retention = reader.get(retentions, key)
    return { vendor, id, ...(retention && { retention }) }
  })
}
