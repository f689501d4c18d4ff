import { EndSessions, ListSessions, SessionPage, SessionsEnded } from '@daakia/protocol'
import type { SessionDesk, SessionPlace } from '../../broker/session-desk.js'
import { badParams, notAllowed } from './failure.js'
import { type Caller, type Methods, method } from './method.js'

const usualLimit = 100

/** `sessions/list` and `sessions/end`. */
export const sessionMethods = (desk: SessionDesk): Methods => ({
  'sessions/list': method(
    ListSessions,
    async (caller, { client, after, limit = usualLimit }): Promise<SessionPage> => {
      const { vendor } = caller
      const of =
        caller.role === 'vendor' && client === undefined ? { vendor } : { vendor, client: ownOf(caller, client) }
      const sessions = [...(await desk.list(of, after === undefined ? undefined : readPlace(after), limit))]
      const last = sessions.at(-1)
      return { sessions, ...(last && sessions.length === limit && { next: writePlace(last) }) }
    },
    { description: 'Your sessions, connected and away', result: SessionPage },
  ),

  'sessions/end': method(
    EndSessions,
    async (caller, { client, connection, forget = false }): Promise<SessionsEnded> => {
      const own = { vendor: caller.vendor, client: caller.client, connection: caller.connection }
      const of = {
        vendor: caller.vendor,
        client: ownOf(caller, client),
        ...(connection !== undefined && { connection }),
      }
      const how = { by: caller.client, forget }
      const meansCaller = of.client === own.client && (connection ?? own.connection) === own.connection
      if (!meansCaller) return { ended: await desk.end(of, how) }
      const others = await desk.end(of, { ...how, but: own.connection })
      // Not before the answer: nobody would be there to hear it.
      void caller.answered.then(() => desk.end(own, how))
      return { ended: others + 1 }
    },
    {
      description: 'Closes your connections, or one of them; with forget, removes their sessions',
      result: SessionsEnded,
    },
  ),
})

/** @throws RpcFailure */
const ownOf = (caller: Caller, client: string | undefined): string => {
  if (client === undefined || client === caller.client || caller.role === 'vendor') return client ?? caller.client
  throw notAllowed('You see and end your own sessions; those of others belong to them and to their vendor')
}

const writePlace = ({ client, connection }: SessionPlace): string => JSON.stringify([client, connection])

/** @throws RpcFailure */
const readPlace = (text: string): SessionPlace => {
  const [client, connection] = placeOf(text)
  if (typeof client === 'string' && typeof connection === 'string') return { client, connection }
  throw badParams('after: must be what "next" of the page before said')
}

const placeOf = (text: string): readonly unknown[] => {
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}
