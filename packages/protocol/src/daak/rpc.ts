import * as z from 'zod/mini'
import { Envelope } from './envelope.js'

/** Error codes of JSON-RPC 2.0 (section 5.1), and Daakia's own in the range it leaves to servers. */
export const RpcCode = {
  ParseError: -32700,
  InvalidRequest: -32600,
  MethodNotFound: -32601,
  InvalidParams: -32602,
  InternalError: -32603,
  /** The caller is no member, or may not do this. */
  NotAllowed: -32001,
  /** A turn's fence, revision or lease is not the one in force; nothing was applied. */
  Conflict: -32002,
  NotFound: -32004,
  /** No instance of the service is connected; nothing was done. */
  NoInstance: -32010,
  /** The instance that had the call has gone. Whether it was carried out is not known. */
  InstanceLost: -32011,
  /** Not answered within the call's time. Whether it was carried out is not known. */
  TimedOut: -32012,
  /** The caller has cancelled it. */
  Cancelled: -32013,
  /** Too many calls wait already; nothing was done. */
  Busy: -32014,
} as const

/**
 * The method by which a call is cancelled: `daak/rpc/{service}/$cancel`, published by the caller with the Correlation
 * Data of the call, and delivered to the instance that has it with a `CallEnded`.
 */
export const cancelMethod = '$cancel'

/** The payload of `$cancel` as a service gets it: why nobody waits for its answer any more. */
export const CallEnded = z.object({ reason: z.enum(['cancelled', 'timeout', 'disconnected']) })
export type CallEnded = z.infer<typeof CallEnded>

export const RpcError = z.object({ code: z.int(), message: z.string(), data: z.optional(z.unknown()) })
export type RpcError = z.infer<typeof RpcError>

/** What comes back on the Response Topic: one of the two. */
export const RpcAnswer = z.union([z.object({ result: z.unknown() }), z.object({ error: RpcError })])
export type RpcAnswer = z.infer<typeof RpcAnswer>

export const ConversationInfo = z.object({
  id: z.string(),
  members: z.array(z.string()),
  /** `seq` of the newest message; 0 where there is none. */
  head: z.int(),
  createdAt: z.number(),
})
export type ConversationInfo = z.infer<typeof ConversationInfo>

/** `conversations/create`: the caller becomes a member too. Made again with the same id and members, it is the same one. */
export const CreateConversation = z.object({ id: z.optional(z.string()), members: z.array(z.string()) })
export type CreateConversation = z.infer<typeof CreateConversation>

/** `conversations/get`: members only. */
export const GetConversation = z.object({ id: z.string() })
export type GetConversation = z.infer<typeof GetConversation>

/**
 * `history/read`: members only. Messages with `after < seq < before`, oldest first; without `after` the newest
 * `limit` of them. At most 1,000 at once; 100 where no limit is given.
 */
export const ReadHistory = z.object({
  conversation: z.string(),
  after: z.optional(z.int().check(z.nonnegative())),
  before: z.optional(z.int().check(z.positive())),
  limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
})
export type ReadHistory = z.infer<typeof ReadHistory>

export const History = z.object({ messages: z.array(Envelope), head: z.int() })
export type History = z.infer<typeof History>
