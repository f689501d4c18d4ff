import type { CommitHandoff, DueTimer, HandoffFailure, PublicState } from '@daakia/protocol'
import type { JournalMessage } from './messages.js'

/** How the server knows a bot: from its subscription to `daak/turns/+`. */
export interface BotProfile {
  /** Of its machine; a parked state waits for another one. */
  version?: string
  /** Said to the user when a message was given up. */
  apology?: string
  /** Where the commit that made a state says nothing else. */
  debounce?: Debounce
  /** Bots that may hand a conversation to it, `*` for all; none where it is absent. */
  takesOverFrom?: readonly string[]
}

/** When a bot is given what was said: when nobody has spoken for a while. */
export interface Debounce {
  /** So long after the newest message that waits. */
  quietMs: number
  /** No longer than this after the oldest one. */
  longestMs: number
}

export interface WaitingQuery {
  vendor: string
  bot: string
  /** Due timers are those with `due <= now`. */
  now: number
  /** States parked for this version are left out. */
  version?: string
  /** Conversations for which this is false are left out. */
  isWanted?(conversation: string): boolean
  limit: number
}

export interface Waiting {
  /** Conversations in which the bot has something to do, those that have waited longest first. */
  conversations: readonly string[]
  /** When more may wait: the bot's next timer after `now` falls due, or what has failed may be tried again. */
  nextDue?: number
}

/** What a turn starts from. */
export interface Work {
  conversation: string
  members: readonly string[]
  attempt: number
  revision: number
  commitId: string | null
  /** The conversation's newest `seq` as that commit left it: what the turn said ends there. */
  commitHead?: number
  processed: number
  /** The state as JSON; `null` where there is none. */
  stateJson: string
  /**
   * Messages for this bot, in order: what a hand-over tells it, those up to `processed` that an operator has it given
   * once more, then those after it.
   */
  events: readonly JournalMessage[]
  /** Timers with `due <= now`, earliest first. */
  timers: readonly DueTimer[]
  /** The state is that of a checkpoint: the turn is to go on from there, though nothing else may wait. */
  unfinished: boolean
  /** The bot is told of this, and of nothing else. */
  failed?: ToldFailure
}

/** What a bot failed at too often: a message that the journal still keeps, a timer, or neither of them. */
export interface ToldFailure {
  /** Why the last try failed. */
  cause: string
  /** How often it was tried. */
  attempts: number
  message?: JournalMessage
  timer?: DueTimer
}

export interface NewUtterance {
  type: string
  payload: Uint8Array
  contentType?: string
  replyTo?: string
  to?: string
  traceparent?: string
  plain?: string
}

/** How a turn ends. */
export type Outcome =
  | {
      kind: 'committed'
      commitId: string
      /** The revision that the turn started from. */
      revision: number
      processed: number
      /** Of the messages that went first: those that are handled now. */
      again?: readonly number[]
      state: unknown
      messages: readonly NewUtterance[]
      timers: { set: readonly DueTimer[]; cancel: readonly string[] }
      public: PublicState
      /** Until the next commit, in place of the bot's own; null: what is said is given out at once. */
      debounce?: Debounce | null
      /** Give back what waits next, and count a first attempt at it. */
      keep: boolean
      /**
       * The turn goes on: what was said goes out, and should its bot be lost, its work waits to go on from this state.
       * Where that fails too often, the bot's state goes back to what it was before the first checkpoint.
       */
      checkpoint?: boolean
      /** Not in a checkpoint. What may not be handed over makes it a conflict. */
      handoff?: CommitHandoff
    }
  /** `retryAt`: nothing that waits there for the bot is given out before then, so that the order stays. */
  | { kind: 'failed'; revision: number; seq?: number; timer?: string; cause: string; retryAt?: number }
  /** `version`: the one that could not restore the state; the enlisted one where absent. */
  | { kind: 'parked'; revision: number; reason: string; version?: string }
  /** The turn was given back for no fault of its bot: the try does not count. */
  | { kind: 'returned'; revision: number }

export type Settled =
  | {
      kind: 'applied'
      revision: number
      head: number
      /** No message waits for the bot there. Where it is absent, some may. */
      rests?: true
      /** With `keep`, where something waits. */
      next?: Pick<Work, 'events' | 'timers'>
    }
  /** The same `commitId` was applied before: its first answer, and nothing applied again. */
  | { kind: 'repeated'; revision: number; head: number }
  /** The state has moved on: nothing was applied. */
  | { kind: 'conflict'; reason: string }

/** What waits for bots, and their turns. */
export interface TurnStore {
  /**
   * Makes a client known as a bot: from now on, what others say in its conversations waits for it; and what was said
   * before it was known does too. May be repeated; the newest profile counts.
   */
  enlist(vendor: string, bot: string, profile: BotProfile): Promise<void>

  /** What waits for a bot. A projection: it may lag behind `append` and `commit`, never ahead. */
  waiting(query: WaitingQuery): Promise<Waiting>

  /**
   * Starts a try at what waits for `bot` in a conversation, and counts it durably; the first one may be counted in
   * memory alone where all that waits came while this process ran. `undefined` where nothing waits.
   * What has failed three times before is set aside first: the state stays the last good one, the message or timer
   * is skipped, a dead letter keeps it with its cause, and the bot's apology is said. What is not to be tried again
   * yet (`retryAt`) is not given out.
   *
   * With `tellFailures` the bot is told of what was set aside (`failed`), in place of all other work, and the apology is
   * left to it: what it commits, if only a checkpoint, stands. The apology is said after all, and the letter has one try
   * more, where that turn fails. Where it is lost, and the next one begins before it is committed, the bot is told once
   * more, and after that the apology is said. Until it has handled a message, it is told of failures at messages alone:
   * what it does about them may fail, too.
   *
   * With `count: false` it only looks at what waits now, for a turn that is going on: nothing is counted, set aside
   * or written. `version` is that of the bot that will have the turn, where it is not the enlisted one: a state that
   * is parked for it is not given out.
   */
  begin(
    vendor: string,
    conversation: string,
    bot: string,
    now: number,
    options?: { count?: boolean; version?: string; tellFailures?: boolean },
  ): Promise<Work | undefined>

  /**
   * Why the bot may not hand the conversation over so, as things are; `undefined` where it may. It may where the other
   * one is a bot that takes over from it, that is no member, and has no conversation handed to it there; where no more
   * than `deepestHandoff` are handed on; and where bots do not only talk to each other.
   */
  refusesHandoff(
    vendor: string,
    conversation: string,
    bot: string,
    now: number,
    handoff: Pick<CommitHandoff, 'give' | 'takeBack'>,
  ): Promise<HandoffFailure | undefined>

  /**
   * Applies the outcome of a turn in one transaction, or nothing of it. The caller has checked the lease's fence; where
   * other nodes write to the same store, that is looked at once more, in the transaction, and one that another lease has
   * taken the place of is a conflict. Without a fence only what was applied before is recognised.
   *
   * A hand-over changes with the commit who hears what people say: messages that the bot has not handled wait for the
   * other one, and come back in the same way. Entries of type `handoff` tell of it; the bots that they are for are given
   * them ahead of all else. What was given is told once, by a result, a failure, or not at all where it was taken back.
   * While it is handed over, a commit of the bot handles no messages, but timers and what came back.
   */
  commit(
    vendor: string,
    conversation: string,
    bot: string,
    now: number,
    outcome: Outcome,
    fence?: string,
  ): Promise<Settled>
}
