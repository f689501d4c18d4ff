/** A conversation that one bot hands to another one, and gets back with a result. */
import * as z from 'zod/mini'

/** So many bots deep may a conversation be handed on, one handing over what it was handed. */
export const deepestHandoff = 5

/** What goes over, and what comes back, each take at most so many bytes as JSON. */
export const mostHandoffBytes = 65_536

/** Why a conversation was not handed over, or came back without a result. */
export const HandoffFailure = z.object({
  /**
   * Refused by the server: `unknown-bot`, `not-allowed`, `busy`, `too-deep`, `loop`, `too-large`. Come back:
   * `failed` (what went wrong was given up), or a code that the other bot gave, such as `cancelled`.
   */
  code: z.string().check(z.minLength(1), z.maxLength(64)),
  /** What happened, and what to do about it. */
  message: z.string().check(z.maxLength(2_000)),
})
export type HandoffFailure = z.infer<typeof HandoffFailure>

/** Of who gives it: the same when its turn is done over. */
const id = z.string().check(z.minLength(1), z.maxLength(1_024))

const given = {
  id,
  /** The person for whom: the other bot's run is with them. */
  client: z.string(),
  input: z.optional(z.unknown()),
  /** How that person wants to be spoken to, as far as the bot knows: BCP 47, and an IANA name. */
  locale: z.optional(z.string()),
  timeZone: z.optional(z.string()),
}

/** Hands the conversation to the bot `to`. People read the `reason`. */
export const GiveHandoff = z.object({
  ...given,
  to: z.string(),
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(1_024))),
})
export type GiveHandoff = z.infer<typeof GiveHandoff>

/** What a commit does about who has the conversation; in the order of these fields. */
export const CommitHandoff = z.object({
  /** Takes back what was handed over as this `id`; without effect where it has come back already. */
  takeBack: z.optional(z.string()),
  /** Gives back what was handed to the bot; without effect where it was taken back already. */
  giveBack: z.optional(z.union([z.object({ error: HandoffFailure }), z.object({ output: z.optional(z.unknown()) })])),
  give: z.optional(GiveHandoff),
})
export type CommitHandoff = z.infer<typeof CommitHandoff>

/**
 * On a message of type `handoff` in a turn, and nowhere else: what bots tell each other with it.
 *
 * - `given`: the conversation is the bot's, until it gives it back
 * - `taken-back`: it is not any more; with the commit that handles this, the bot's state there is gone
 * - `result`, `failed`: what the bot handed over as `id` has come back
 */
export const HandoffNote = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('given'), ...given }),
  z.object({ kind: z.literal('taken-back') }),
  z.object({ kind: z.literal('result'), id, output: z.optional(z.unknown()) }),
  z.object({ kind: z.literal('failed'), id, error: HandoffFailure }),
])
export type HandoffNote = z.infer<typeof HandoffNote>

/**
 * `turns/check-handoff`: whether the holder of the lease may hand the conversation over so. A commit that may not is a
 * conflict, of which nothing is applied.
 */
export const CheckHandoff = z.object({
  conversation: z.string(),
  fence: z.string(),
  give: GiveHandoff,
  /** What the same commit is to take back first. */
  takeBack: z.optional(z.string()),
})
export type CheckHandoff = z.infer<typeof CheckHandoff>

export const CheckedHandoff = z.object({ refused: z.optional(HandoffFailure) })
export type CheckedHandoff = z.infer<typeof CheckedHandoff>

/** A hand-over that is going on, as members see it. */
export const HandoffInfo = z.object({
  from: z.string(),
  /** Who has it, unless that one has handed it on. */
  to: z.string(),
  /** Since when: milliseconds since the Unix epoch. */
  at: z.number(),
})
export type HandoffInfo = z.infer<typeof HandoffInfo>
