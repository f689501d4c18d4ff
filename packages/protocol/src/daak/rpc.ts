import * as z from 'zod/mini'
import { FoldedEnvelope } from './envelope.js'
import { HandoffInfo } from './handoffs.js'

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

/** What a conversation keeps at most. What is absent has no limit of its own. */
export const ConversationRetention = z.object({
  maximumAgeSeconds: z.optional(z.int().check(z.positive())),
  maximumMessages: z.optional(z.int().check(z.positive())),
})
export type ConversationRetention = z.infer<typeof ConversationRetention>

export const ConversationInfo = z.object({
  id: z.string(),
  members: z.array(z.string()),
  /** `seq` of the oldest message that is kept; `head + 1` where none is. */
  first: z.int(),
  /** `seq` of the newest message; 0 where there was none. */
  head: z.int(),
  createdAt: z.number(),
  /** What it keeps at most, where that was set for it. */
  retention: z.optional(ConversationRetention),
  /** Who made it; absent where nobody did, as with a direct one. */
  createdBy: z.optional(z.string()),
  /** When it was closed: it takes no more messages. Absent where it is open. */
  closedAt: z.optional(z.number()),
  /** Which bots have it handed over, and to whom; absent where none has. */
  handoffs: z.optional(z.array(HandoffInfo)),
})
export type ConversationInfo = z.infer<typeof ConversationInfo>

/** `conversations/create`: the caller becomes a member too. Made again with the same id and members, it is the same one. */
export const CreateConversation = z.object({ id: z.optional(z.string()), members: z.array(z.string()) })
export type CreateConversation = z.infer<typeof CreateConversation>

/** `conversations/get`: members only. */
export const GetConversation = z.object({ id: z.string() })
export type GetConversation = z.infer<typeof GetConversation>

/** The most members that a conversation has. */
export const mostMembers = 1_000

/**
 * `conversations/invite`: by a member. Clients that are members already are left as they are. Answers the conversation
 * as it is then. Direct conversations keep their two members.
 */
export const InviteMembers = z.object({
  id: z.string(),
  clients: z.array(z.string()).check(z.minLength(1), z.maxLength(mostMembers)),
})
export type InviteMembers = z.infer<typeof InviteMembers>

/** `conversations/leave`: the caller leaves; with `client`, who made the conversation takes another one out. */
export const LeaveConversation = z.object({ id: z.string(), client: z.optional(z.string()) })
export type LeaveConversation = z.infer<typeof LeaveConversation>

/** `conversations/close`: by who made it. It takes no more messages; its members can still read it. */
export const CloseConversation = z.object({ id: z.string() })
export type CloseConversation = z.infer<typeof CloseConversation>

/**
 * `conversations/configure`: for the vendor itself. What is absent stays as it is; `retention: null` takes away what was
 * set. A conversation can keep less than the server's configuration lets it, and never more.
 */
export const ConfigureConversation = z.object({
  id: z.string(),
  retention: z.optional(z.nullable(ConversationRetention)),
})
export type ConfigureConversation = z.infer<typeof ConfigureConversation>

/** Milliseconds since the Unix epoch. */
const time = z.number().check(z.nonnegative())

/**
 * `history/read`: members only. Messages with `after < seq < before`, which are not older than `since` and older than
 * `until`, oldest first. With neither `after` nor `since` they are the newest of these, else the oldest. At most 1,000 at
 * once; 100 where no limit is given.
 */
export const ReadHistory = z.object({
  conversation: z.string(),
  after: z.optional(z.int().check(z.nonnegative())),
  before: z.optional(z.int().check(z.positive())),
  /** From the first message on with `at >= since`, in the order of the journal. */
  since: z.optional(time),
  /** Up to the first message, without it, with `at >= until`. */
  until: z.optional(time),
  limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
  /** Each message as it reads now; edits, deletions and reactions are left out. */
  fold: z.optional(z.boolean()),
})
export type ReadHistory = z.infer<typeof ReadHistory>

export const History = z.object({
  messages: z.array(FoldedEnvelope),
  /** `seq` of the oldest message that is kept; `head + 1` where none is. */
  first: z.int(),
  head: z.int(),
  /** Ask the same again with this for the next page; absent where there is no more in what was asked for. */
  more: z.optional(z.object({ after: z.optional(z.int()), before: z.optional(z.int()) })),
})
export type History = z.infer<typeof History>
