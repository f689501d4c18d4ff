import * as z from 'zod/mini'

/** The payload of `daak/presence/{client}`: a client over all its connections. */
export const Presence = z.looseObject({
  /** `online` where one of its connections is, else `away` where one of them is, else `offline`. */
  status: z.enum(['online', 'away', 'offline']),
  /** Since when: milliseconds since the Unix epoch, the server's clock. Absent where the client was never seen. */
  since: z.optional(z.number()),
})
export type Presence = z.infer<typeof Presence>

/** What a client publishes to its own `daak/presence/{client}`, about the connection by which it does so. */
export const SetPresence = z.looseObject({ status: z.enum(['online', 'away']) })
export type SetPresence = z.infer<typeof SetPresence>

/** `presence/read`: of clients with which the caller shares a conversation, and of itself; at most 1,000 at once. */
export const ReadPresence = z.object({ clients: z.array(z.string()).check(z.maxLength(1000)) })
export type ReadPresence = z.infer<typeof ReadPresence>

/** In the order of the call. Left out: clients with which the caller shares no conversation. */
export const Presences = z.object({ presences: z.array(z.extend(Presence, { client: z.string() })) })
export type Presences = z.infer<typeof Presences>
