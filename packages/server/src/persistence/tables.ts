import type { ConversationRetention, PublicState } from '@daakia/protocol'
import { table } from '../kv/port.js'
import type { CheckpointRecord } from './checkpoints.js'
import type { MessageRecord } from './message-record.js'
import type { ArchiveMark, BotProfile, Debounce, FailedTry } from './port.js'
import type { StoredJson } from './states.js'

export interface ConversationRecord {
  members: readonly string[]
  createdAt: number
  createdBy?: string
  closedAt?: number
  /** Absent where no bot has handed it over. */
  handoffs?: readonly HandoffRecord[] | undefined
}

/** A conversation in the hands of another bot. */
export interface HandoffRecord {
  id: string
  from: string
  to: string
  /** The entry that tells of it, and when that was. */
  seq: number
  at: number
  /** It was taken back, and `to` is to be told by this entry. */
  takenBack?: number
}

/** Where a bot is in a conversation, apart from its state, which may be large. */
export interface StandingRecord {
  processed: number
  /** No message up to here waits for the bot, besides those in `again`: what follows `processed` it has said itself. */
  quietUpTo?: number
  /** Messages after `processed` that were set aside. */
  skipped: readonly number[]
  revision: number
  public: PublicState
  /** In place of the bot's own, as the last commit said; null: none. */
  debounce?: Debounce | null
  /** The last commit and what it was answered; absent where there is none. */
  last?: { commitId: string; revision: number; head: number }
  parked?: { reason: string; version?: string; since: number }
  /** A parked state was dropped, which has led to this revision, and who dropped it may not have been told. */
  dropped?: number
  /** Messages up to `processed` that are to be given to the bot once more, in order. */
  again?: readonly number[]
  /** Entries that are to be given to the bot before all others: what a hand-over tells it. */
  ahead?: readonly number[]
  /** A turn has been committed in its midst at that time, and not to its end: its work is to go on. */
  working?: number
  /** The bot is being told of this, and nothing else is given to it: what comes of its lease ends that. */
  failure?: FailureRecord
  /** The bot was told of a failure, and has handled no message since. */
  toldFailure?: true
}

/** What was set aside, until its bot was told. */
export interface FailureRecord {
  at: number
  about: DeadLetterRecord['about']
  cause: string
  attempts: number
  /** Of the dead letter. */
  revision: number
}

/** Which waiting thing: a message by its `seq`, or a timer by its id. */
export type Culprit = { seq: number } | { timer: string }

/** Tries at what waits for a bot, since something of it was last handled. */
export interface TriesRecord {
  count: number
  /** Those of which it is known why they failed, oldest first. */
  failures?: readonly (FailedTry & { culprit?: Culprit })[]
}

/** What was given up: a message or a timer after its tries, or a state that nobody could restore. */
export interface DeadLetterRecord {
  at: number
  about: { seq: number } | { timer: string; due: number } | { state: unknown }
  cause: string
  tries: readonly FailedTry[]
}

/** [vendor, conversation] */
export const conversations = table<ConversationRecord>('conversations', { hot: true })

/** [vendor, conversation, client] to the `seq` with which it joined, where it was not there from the start. */
export const joins = table<number>('joins')

/** [vendor, conversation, seq]; null in the place of the newest message that was trimmed: its number is given once. */
export const journal = table<MessageRecord | null>('journal', { followed: true })

/**
 * [vendor, id, conversation, from] to seq, and `at` where the message was trimmed: ids that are ordered by time keep new
 * entries together.
 */
export const ids = table<number | readonly [seq: number, at: number]>('ids', { seldom: true })

/** [vendor, due, conversation, seq] to what `ids` forgets when it is due. */
export const trimmedIds = table<readonly [id: string, from: string]>('trimmed-ids')

/** [vendor, conversation] to how many messages count up to the newest one that was trimmed. */
export const trimmedCounts = table<number>('trimmed-counts')

/**
 * [vendor, conversation, client] to the `seq` of the newest message of who is not among the latest senders any more, or
 * whose message was trimmed: the others are told by the newest message itself.
 */
export const spoken = table<number>('spoken')

/** [vendor, conversation, target seq, seq of the edit, deletion or reaction] */
export const references = table<true>('references')

/** [vendor, conversation, seq] of messages whose `at` is before that of the one before them: the clock was set back. */
export const fallbacks = table<true>('fallbacks')

/** [0] to a time that is after `at` of every message. */
export const latest = table<number>('latest', { hot: true })

/** [vendor, conversation] to what it keeps at most, where that was set for it. */
export const retentions = table<ConversationRetention>('retentions')

/** A file of the archive: planned, there, or to be removed. */
export type SegmentRecord = { last: number } & (
  | { planned: true }
  | { highest: number; sha256: string; earlier?: readonly number[] }
  | { expired: true }
)

/** [vendor, conversation, seq of its first message]; one that is planned comes after all others, those that have expired before. */
export const segments = table<SegmentRecord>('segments')

/** [0] to the id of the archive, and whether that bears it. */
export const archives = table<ArchiveMark>('archives')

/** [vendor, bot] */
export const bots = table<BotProfile>('bots', { hot: true })

/** [vendor, bot] of bots that are known in a partition, and whose conversations there may not wait for them yet. */
export const enlisting = table<true>('enlisting', { hot: true })

/** [vendor, conversation, bot] */
export const standings = table<StandingRecord>('standings', { hot: true })

/** [vendor, conversation, bot] */
export const states = table<StoredJson>('states')

/** [vendor, conversation, bot]; only while a turn is committed in its midst. */
export const checkpoints = table<CheckpointRecord>('checkpoints')

/** [vendor, conversation, bot] */
export const tries = table<TriesRecord>('tries', { hot: true })

/** [vendor, bot, since, conversation]: conversations with messages for a bot, those that have waited longest first. */
export const waitingBySince = table<true>('waiting')

/** [vendor, conversation, bot] to since. */
export const waitingSince = table<number>('waiting-since', { hot: true })

/** [vendor, conversation, bot, timer] to when it is due. */
export const timers = table<number>('timers')

/** [vendor, conversation, bot] to how many timers it has there; absent where it has none. */
export const timerCounts = table<number>('timer-counts', { hot: true })

/** [vendor, bot, due, conversation, timer] */
export const timersByDue = table<true>('due')

/** [vendor, bot, conversation] to the version that could not restore the state; null where the bot told none. */
export const parked = table<string | null>('parked')

/** [vendor, conversation, bot] to when what waits for the bot may be given out: not before. */
export const holds = table<number>('holds', { hot: true })

/** [vendor, bot, until, conversation] */
export const heldByUntil = table<true>('held-by-until')

/** [vendor, conversation, bot, revision], or of a queue [vendor, conversation, client, seq, group] */
export const deadLetters = table<DeadLetterRecord>('dead-letters')

/** [vendor, at, …], and then the key of the letter */
export const deadLettersByTime = table<true>('dead-letters-by-time')
