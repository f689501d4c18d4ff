import * as z from 'zod/mini'

/** A session: one that has a connection now, or one that waits for its client to come back. */
export const SessionInfo = z.looseObject({
  client: z.string(),
  /** The MQTT client identifier. */
  connection: z.string(),
  connected: z.boolean(),
  /** Since when it is connected, or away: milliseconds since the Unix epoch, the server's clock. */
  since: z.number(),
  /** Seconds that it outlives its connection; null: for ever. */
  expirySeconds: z.nullable(z.int()),
  subscriptions: z.int(),
  /** Messages of plain MQTT that wait for it. */
  queued: z.int(),
  /** Of its connection. `version` is that of MQTT. */
  version: z.optional(z.enum(['3.1.1', '5'])),
  transport: z.optional(z.enum(['mqtt', 'mqtts', 'ws', 'wss'])),
  address: z.optional(z.string()),
  /** 0: none. */
  keepAliveSeconds: z.optional(z.number()),
})
export type SessionInfo = z.infer<typeof SessionInfo>

/** `sessions/list`: the caller's own; for a vendor those of `client`, or of all its clients. At most 1,000 at once, 100 where no limit is given. */
export const ListSessions = z.object({
  client: z.optional(z.string()),
  /** What `next` of the page before said. */
  after: z.optional(z.string()),
  limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
})
export type ListSessions = z.infer<typeof ListSessions>

/** In the order of clients and connections. `next` is there where there may be more. */
export const SessionPage = z.object({ sessions: z.array(SessionInfo), next: z.optional(z.string()) })
export type SessionPage = z.infer<typeof SessionPage>

/**
 * `sessions/end`: closes the connections of a client, or the one of this name, with reason code 0x98. With `forget` the
 * session is removed as well: subscriptions, queue, place on the inbox.
 */
export const EndSessions = z.object({
  /** Absent: the caller itself. Only a vendor may name another. */
  client: z.optional(z.string()),
  /** Absent: all that the client has. */
  connection: z.optional(z.string()),
  forget: z.optional(z.boolean()),
})
export type EndSessions = z.infer<typeof EndSessions>

/** How many connections were closed, or sessions removed. */
export const SessionsEnded = z.object({ ended: z.int() })
export type SessionsEnded = z.infer<typeof SessionsEnded>
