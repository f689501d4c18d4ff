import * as z from 'zod/mini'
import { Envelope } from './envelope.js'
import { CommitHandoff } from './handoffs.js'
import { payloadFields, payloadIsEncoded } from './payload.js'

/** A timer that is due: its id, and when it was to fire (the server's clock, milliseconds since the Unix epoch). */
export const DueTimer = z.object({ id: z.string(), due: z.number() })
export type DueTimer = z.infer<typeof DueTimer>

const work = {
  /** The server's clock when this was written; a bot counts delays from here. */
  now: z.number(),
  /**
   * Messages for the bot, in order: those after `processed`, and before them those that go first: what another bot tells
   * with a `handoff`, and those up to `processed` that an operator has the bot given once more. A commit that handles one
   * of these, and not all before it, names it in `again`.
   */
  events: z.array(Envelope),
  /** Timers that are due, in order of `due`. A bot fires exactly these. */
  timers: z.array(DueTimer),
}

/** So often a thing is tried; when a bot fails at it for the last time, it is set aside as a dead letter. */
export const mostTries = 3

/** What a bot failed at too often, as it is told of it: neither is there where it was a state. */
export const Failure = z.object({
  /** Why the last try failed. */
  cause: z.string(),
  /** How often it was tried. */
  attempts: z.int(),
  /** Absent where it was a timer, or the journal does not keep it any more. */
  message: z.optional(Envelope),
  timer: z.optional(DueTimer),
})
export type Failure = z.infer<typeof Failure>

/** On `daak/turns/{c}`: the conversation is yours until the lease ends. */
export const Lease = z.object({
  type: z.literal('lease'),
  /** Opaque, and higher with each lease; goes back with the commit. */
  fence: z.string(),
  members: z.array(z.string()),
  /** Renew (`turns/renew`) before this is over, milliseconds. */
  durationMs: z.number(),
  /** However often it is renewed, the lease ends after this, milliseconds. */
  longestMs: z.number(),
  /** 1 for the first try at this work, 2 for the second … */
  attempt: z.int(),
  /** Counter of the bot's state: plus one with each commit. 0: there is no state yet. */
  revision: z.int(),
  /** Id of the commit that made this state; null where there is none. */
  commitId: z.nullable(z.string()),
  /** The conversation's newest `seq` as that commit left it: what it said ends there. Absent where there is none. */
  commitHead: z.optional(z.int()),
  processed: z.int(),
  /** What the last commit stored, or null. */
  state: z.unknown(),
  /** The state is that of a checkpoint: go on from there, though nothing else may wait. */
  unfinished: z.optional(z.boolean()),
  /**
   * The lease is about this, and nothing else waits in it: it was set aside, and the bot may have something to say. What
   * it commits stands; where it fails, or lets the lease go, its apology is said.
   */
  failed: z.optional(Failure),
  ...work,
})
export type Lease = z.infer<typeof Lease>

/** On `daak/turns/{c}`: more work for the holder of the open lease. */
export const Push = z.object({ type: z.literal('push'), fence: z.string(), ...work })
export type Push = z.infer<typeof Push>

export const TurnNotice = z.discriminatedUnion('type', [Lease, Push])
export type TurnNotice = z.infer<typeof TurnNotice>

/** What a bot says in a turn. Its id is `{revision}.{index}`, made by the server. */
export const Utterance = z
  .object({
    type: z.string(),
    contentType: z.optional(z.string()),
    replyTo: z.optional(z.string()),
    to: z.optional(z.string()),
    /** Of the trace that the message belongs to, as W3C Trace Context writes it. */
    traceparent: z.optional(z.string()),
    /** The message as text, for who can't show its type; `fitPlain` makes it fit. */
    plain: z.optional(z.string()),
    ...payloadFields,
  })
  .check(payloadIsEncoded)
export type Utterance = z.infer<typeof Utterance>

/** What every member may see of a bot's state. */
export const PublicState = z.object({
  /** The machine's state value, as XState writes it; null when no run is going on. */
  value: z.unknown(),
  tags: z.array(z.string()),
  /** Types of the events that the machine accepts now. */
  accepts: z.array(z.string()),
})
export type PublicState = z.infer<typeof PublicState>

/** The retained payload of `daak/conversations/{c}/state/{bot}`. */
export const BotState = z.extend(PublicState, {
  /** The bot has handled every message up to this `seq`. */
  processed: z.int(),
  revision: z.int(),
  /** The conversation's newest `seq` when this was written: whoever has it has heard all that was said. */
  head: z.int(),
  /**
   * `working`: it is in the midst of a turn, and has said what it could so far. `parked`: the state does not fit the
   * bot's code, and waits for other code.
   */
  status: z.enum(['ready', 'working', 'parked']),
  /** The bot has handed the conversation over: this one answers now, and has a state of its own here. */
  handedTo: z.optional(z.string()),
})
export type BotState = z.infer<typeof BotState>

/** No wait for quiet is longer, milliseconds. */
export const longestDebounceMs = 3_600_000

const waitMs = z.int().check(z.minimum(1), z.maximum(longestDebounceMs))

/** When a bot is given what was said. */
export const Debounce = z
  .object({
    /** When nobody has spoken for so long, milliseconds … */
    quietMs: waitMs,
    /** … and so long after the oldest message that waits in any case; five times `quietMs` where it is absent. */
    longestMs: z.optional(waitMs),
  })
  .check(
    z.refine(({ quietMs, longestMs = quietMs }) => longestMs >= quietMs, {
      path: ['longestMs'],
      error: 'must not be less than quietMs',
    }),
  )
export type Debounce = z.infer<typeof Debounce>

/**
 * `turns/commit`: all of it is applied in one transaction, or none. The same `commitId` sent again gets its first
 * answer again. `revision` is the one that the turn started from.
 */
export const CommitTurn = z.object({
  conversation: z.string(),
  fence: z.string(),
  commitId: z.string().check(z.minLength(1), z.maxLength(64)),
  revision: z.int(),
  processed: z.int(),
  /** Messages that went first, and are handled now. */
  again: z.optional(z.array(z.int())),
  state: z.unknown(),
  messages: z.array(Utterance),
  timers: z.object({
    /** Set or replaced; the delay counts from the `now` of the lease. */
    set: z.array(z.object({ id: z.string(), delayMs: z.number().check(z.nonnegative()) })),
    /** Gone: fired in this turn, or cancelled. Applied before `set`. */
    cancel: z.array(z.string()),
  }),
  public: PublicState,
  /**
   * How what is said from now on waits for quiet, until the next commit; null: not at all. Absent: as the bot's
   * subscription to `daak/turns/+` says.
   */
  debounce: z.optional(z.nullable(Debounce)),
  /**
   * The turn goes on, under the same lease: what was said goes out now, and should the bot be lost, another instance goes
   * on from this state. It is answered without `more`.
   */
  checkpoint: z.optional(z.boolean()),
  /** Who has the conversation from now on. Not in a checkpoint. */
  handoff: z.optional(CommitHandoff),
})
export type CommitTurn = z.infer<typeof CommitTurn>

export const Committed = z.object({
  revision: z.int(),
  head: z.int(),
  /** Absent: the lease is released, unless this was a checkpoint. Present: it is kept, and this is the work that waits. */
  more: z.optional(z.object(work)),
})
export type Committed = z.infer<typeof Committed>

/** `turns/renew` answers `{ durationMs }`, or a conflict where the lease is gone. */
export const RenewTurn = z.object({ conversation: z.string(), fence: z.string() })
export type RenewTurn = z.infer<typeof RenewTurn>

/**
 * `turns/fail`: the turn was rolled back. The server tries again; after the third time it sets aside what failed
 * (a dead letter with its cause, the apology said) and goes on with the rest.
 */
export const FailTurn = z.object({
  conversation: z.string(),
  fence: z.string(),
  /** What was being handled: a message's `seq`, or a timer's id. Absent: the first thing that waits. */
  seq: z.optional(z.int()),
  timer: z.optional(z.string()),
  cause: z.string(),
})
export type FailTurn = z.infer<typeof FailTurn>

/** `turns/park`: the stored state does not fit this bot's code. It waits, whole, for a bot of another version. */
export const ParkTurn = z.object({ conversation: z.string(), fence: z.string(), reason: z.string() })
export type ParkTurn = z.infer<typeof ParkTurn>
