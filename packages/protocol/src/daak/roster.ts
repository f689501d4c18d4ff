/** What members tell and are told of how far everybody has read: receipts and the roster. */
import * as z from 'zod/mini'

const place = z.int().check(z.nonnegative())

/**
 * What a member publishes to `daak/conversations/{c}/receipts`: up to which `seq` messages have reached it, and up to which
 * it has read them. What was read was delivered too; neither goes back.
 */
export const ReceiptUpdate = z
  .object({ delivered: z.optional(place), read: z.optional(place) })
  .check(z.refine(({ delivered, read }) => delivered !== undefined || read !== undefined))
export type ReceiptUpdate = z.infer<typeof ReceiptUpdate>

/** On `daak/conversations/{c}/receipts`: how far a member is. `0 ≤ read ≤ delivered ≤ head`. */
export const Receipt = z.object({ client: z.string(), delivered: place, read: place })
export type Receipt = z.infer<typeof Receipt>

/** Members that an entry of the roster names; `conversations/get` tells all of them. */
export const mostRosterMembers = 100

/** On `daak/roster/{c}`, and in what `roster/read` answers: one of my conversations. */
export const RosterInfo = z.object({
  conversation: z.string(),
  /** At most 100 of them. */
  members: z.array(z.string()),
  memberCount: z.int(),
  /** `seq` of the newest message; 0 where there was none. */
  head: place,
  delivered: place,
  read: place,
  /** Messages of others that I have not read. */
  unread: place,
  /** When something was last said there, or I joined. */
  at: z.number(),
  /** Until when I want to be left alone; absent where it is not muted. */
  mutedUntil: z.optional(z.union([z.number(), z.literal('forever')])),
})
export type RosterInfo = z.infer<typeof RosterInfo>

/** `roster/read`: the conversations in which something happened last come first. At most 1,000 at once; usually 100. */
export const ReadRoster = z.object({
  limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
  /** The `next` of the page before. */
  after: z.optional(z.string()),
})
export type ReadRoster = z.infer<typeof ReadRoster>

export const RosterPage = z.object({
  entries: z.array(RosterInfo),
  /** Of all conversations; those that are muted count as no unread ones. */
  totals: z.object({ conversations: z.int(), unreadConversations: z.int(), unread: z.int() }),
  /** Where the next page begins; absent on the last one. */
  next: z.optional(z.string()),
})
export type RosterPage = z.infer<typeof RosterPage>

/** `roster/mute`: on all of my devices. `until` is milliseconds since the Unix epoch; `null` ends it. */
export const MuteConversation = z.object({
  conversation: z.string(),
  until: z.nullable(z.union([z.number().check(z.nonnegative()), z.literal('forever')])),
})
export type MuteConversation = z.infer<typeof MuteConversation>
