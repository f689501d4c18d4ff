import { isClientId, Presences, ReadPresence } from '@daakia/protocol'
import type { Presence } from '../../state/presence/port.js'
import { badParams } from './failure.js'
import { type Methods, method } from './method.js'

export interface PresenceMethodParts {
  presence: Pick<Presence, 'read'>
  /** Those of `others` whom the client may see. */
  seenBy(vendor: string, client: string, others: readonly string[]): Promise<ReadonlySet<string>>
}

/** `presence/read`. */
export const presenceMethods = ({ presence, seenBy }: PresenceMethodParts): Methods => ({
  'presence/read': method(
    ReadPresence,
    async ({ vendor, client, role }, params): Promise<Presences> => {
      const asked = [...new Set(params.clients)]
      checkClients(asked)
      const seen = role === 'vendor' ? undefined : await seenBy(vendor, client, asked)
      const clients = seen ? asked.filter((each) => seen.has(each)) : asked
      const presences = await presence.read(vendor, clients)
      return { presences: presences.map((each, i) => ({ client: clients[i] as string, ...each })) }
    },
    {
      description: 'Whether clients are there: those with whom you share a conversation, and you',
      result: Presences,
    },
  ),
})

const checkClients = (clients: readonly string[]): void => {
  const wrong = clients.find((client) => !isClientId(client))
  if (wrong !== undefined) throw badParams(`clients: "${wrong}" is no client: 1 to 128 of A-Z a-z 0-9 . _ @ -`)
}
