import * as z from 'zod/mini'
import { Envelope } from './envelope.js'
import { DueTimer } from './turns.js'

/** What operators ask of a server. Only an identity with the role `vendor` may. */

const name = z.string().check(z.minLength(1), z.maxLength(128))
const page = {
  /** `next` of the page before. */
  after: z.optional(z.string().check(z.maxLength(1_000))),
  /** 100 where it is absent, 1,000 at most. */
  limit: z.optional(z.int().check(z.positive(), z.maximum(1_000))),
}

/** `<conversation>/<bot>/<revision>`, or of a queue `<conversation>/<client>/<seq>/<group>` */
const letterId = z.string().check(z.minLength(1), z.maxLength(600))

/** `dead-letters/list`: the newest first. */
export const ListDeadLetters = z.object({ bot: z.optional(name), conversation: z.optional(name), ...page })
export type ListDeadLetters = z.infer<typeof ListDeadLetters>

export const FailedTry = z.object({ at: z.number(), cause: z.string() })

const letterFields = {
  id: letterId,
  conversation: z.string(),
  /** The bot, or the client whose queue it was. */
  bot: z.string(),
  /** Of the queue; absent where a bot failed in a turn. */
  group: z.optional(z.string()),
  /** Of the bot's state when it was set aside; 0 where it was a queue. */
  revision: z.int(),
  /** When it was set aside: milliseconds since the Unix epoch, the server's clock. */
  at: z.number(),
  /** Why the last try failed. */
  cause: z.string(),
  /** The tries of which it is known why they failed, oldest first. */
  tries: z.array(FailedTry),
}

/** What a bot failed at too often. */
export const DeadLetterEntry = z.object({
  ...letterFields,
  about: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('message'), seq: z.int(), from: z.optional(z.string()) }),
    z.object({ kind: z.literal('timer'), timer: DueTimer }),
    /** A parked state that was dropped. */
    z.object({ kind: z.literal('state') }),
  ]),
})
export type DeadLetterEntry = z.infer<typeof DeadLetterEntry>

export const DeadLetterPage = z.object({ letters: z.array(DeadLetterEntry), next: z.optional(z.string()) })
export type DeadLetterPage = z.infer<typeof DeadLetterPage>

/** `dead-letters/get` */
export const GetDeadLetter = z.object({ id: letterId })
export type GetDeadLetter = z.infer<typeof GetDeadLetter>

/** With the message or the state itself. */
export const DeadLetterDetails = z.object({
  ...letterFields,
  about: z.discriminatedUnion('kind', [
    /** `message` is absent where the journal does not keep it any more. */
    z.object({ kind: z.literal('message'), seq: z.int(), message: z.optional(Envelope) }),
    z.object({ kind: z.literal('timer'), timer: DueTimer }),
    z.object({ kind: z.literal('state'), state: z.unknown() }),
  ]),
})
export type DeadLetterDetails = z.infer<typeof DeadLetterDetails>

/**
 * `dead-letters/retry`: the bot is given each of them again, ahead of what else waits there, with fresh tries.
 * `dead-letters/drop`: they are forgotten. A letter that is not there is `missing`, so either may be repeated.
 */
export const DeadLetterIds = z.object({ ids: z.array(letterId).check(z.minLength(1), z.maxLength(1_000)) })
export type DeadLetterIds = z.infer<typeof DeadLetterIds>

export const DeadLettersDone = z.object({
  done: z.array(z.string()),
  missing: z.array(z.string()),
  /** Those that stay, and why. */
  refused: z.array(z.object({ id: z.string(), reason: z.string() })),
})
export type DeadLettersDone = z.infer<typeof DeadLettersDone>

/** `parked/list`: by bot and conversation. */
export const ListParked = z.object({ bot: z.optional(name), ...page })
export type ListParked = z.infer<typeof ListParked>

const parkedFields = {
  conversation: z.string(),
  bot: z.string(),
  reason: z.string(),
  /** That could not restore it; absent where the bot told none. */
  version: z.optional(z.string()),
  /** Milliseconds since the Unix epoch, the server's clock. */
  since: z.number(),
  revision: z.int(),
}

/** A bot's state in a conversation that its code could not restore. */
export const ParkedEntry = z.object(parkedFields)
export type ParkedEntry = z.infer<typeof ParkedEntry>

export const ParkedPage = z.object({ states: z.array(ParkedEntry), next: z.optional(z.string()) })
export type ParkedPage = z.infer<typeof ParkedPage>

/**
 * `parked/get` answers with the state; `parked/retry` offers it to the bot again; `parked/drop` forgets it, keeps it
 * as a dead letter, and the next message starts a run anew. The last two answer `{ done }`: false where it is not
 * parked, so either may be repeated.
 */
export const ParkedName = z.object({ conversation: name, bot: name })
export type ParkedName = z.infer<typeof ParkedName>

export const ParkedDetails = z.object({ ...parkedFields, state: z.unknown() })
export type ParkedDetails = z.infer<typeof ParkedDetails>

export const ParkedDone = z.object({ done: z.boolean() })
export type ParkedDone = z.infer<typeof ParkedDone>

/**
 * `states/list`: what a bot has stored in its conversations, by conversation, parked states among it. A page may hold
 * fewer than `limit`, or none, and have a `next`.
 */
export const ListStates = z.object({ bot: name, ...page })
export type ListStates = z.infer<typeof ListStates>

/** A bot's state in a conversation, as one commit has left it. */
export const StoredStateEntry = z.object({
  conversation: z.string(),
  revision: z.int(),
  /** Why the bot's code could not restore it; absent where it is not parked. */
  parked: z.optional(z.string()),
  state: z.unknown(),
})
export type StoredStateEntry = z.infer<typeof StoredStateEntry>

export const StatesPage = z.object({ states: z.array(StoredStateEntry), next: z.optional(z.string()) })
export type StatesPage = z.infer<typeof StatesPage>
