import type { ConversationRetention, PublicState } from '@daakia/protocol'
import type { JournalMessage, MessageOnLine, NewMessage } from './messages.js'

/**
 * Whether what was written is still kept, for all that this process knows: at once, or a promise where it has reason to look. It never
 * rejects for want of storage: then the answer is false.
 */
export type IsStillKept = () => boolean | Promise<boolean>

/** What became of a message that was appended. */
export interface Appended {
  seq: number
  /** When it was said, in milliseconds since the Unix epoch. */
  at: number
  /** It had been appended before. */
  duplicate: boolean
  /** Present where what is stored may be lost again: who is told of it only later may ask. */
  isStillKept?: IsStillKept | undefined
}

export interface Conversation {
  id: string
  members: readonly string[]
  createdAt: number
  /** Absent where nobody made it, as with a direct one. */
  createdBy?: string
  /** Since when it takes no more messages; absent where it does. */
  closedAt?: number
  /** `seq` of the oldest message that is kept; `head + 1` where none is. */
  first: number
  /** `seq` of the oldest message in the archive; absent where nothing is there that is not in the journal as well. */
  archivedFrom?: number
  /** `seq` of the newest message, be it kept or not; 0 where there was none. */
  head: number
  /** What it keeps at most, where that was set for it. */
  retention?: ConversationRetention
  /** One for each bot that has state here. */
  bots: readonly BotStanding[]
  /** Hand-overs that are going on; absent where there is none. */
  handoffs?: readonly Handoff[] | undefined
}

/** A conversation in the hands of another bot, which is no member and takes turns there until it has given it back. */
export interface Handoff {
  from: string
  to: string
  at: number
  /** `seq` of the entry by which `to` is told that it was taken back; absent while it has it. */
  takenBack?: number
}

/** Where a bot is in a conversation, as its members may see it. */
export interface BotStanding {
  bot: string
  processed: number
  revision: number
  public: PublicState
  /** Why its state cannot be restored; absent where it can. */
  parked?: string
  /** It is in the midst of something; absent where it rests. */
  working?: true
  /** It has handed the conversation over, and this bot has it now. */
  handedTo?: string
}

/** Who founds a conversation. */
export interface Founders {
  members: readonly string[]
  at: number
  /** Who made it, where somebody did. */
  by?: string
}

/** Clients that come or go, or the end of a conversation; with what the entry says that tells of it. */
export type MembersChange = Pick<NewMessage, 'from' | 'fromRole' | 'id' | 'at'> &
  ({ change: 'joined' | 'left'; clients: readonly string[] } | { change: 'closed'; clients?: never })

/** Conversations and what was said in them. */
export interface Journals {
  /**
   * The conversation, or `undefined` where there is none. With `founders` it is made where it does not exist, once,
   * however many ask at the same time; founders of one that exists are ignored.
   */
  conversation(vendor: string, id: string, founders?: Founders): Promise<Conversation | undefined>

  /**
   * Changes who is in a conversation, or closes it, in one transaction with the entry of type `member` that tells of it;
   * answers the conversation as it is then. The entry is for all members, for those who come with it, and for those who
   * go with it: what was appended before is still theirs, and nothing after. A bot that comes hears from that entry on;
   * one that goes, or whose conversation is closed, loses what waited for it and its timers, and one that goes its state.
   * What it had handed over ends with it. Where nothing would change, nothing is written. May be retried.
   *
   * @throws UnknownConversation
   * @throws NotAMember where who makes it is not one at that moment, and does not speak for the vendor.
   * @throws ClosedConversation where clients would join one that is closed.
   * @throws TooManyMembers
   * @throws HandedOver where a bot would join to which the conversation is handed over.
   */
  changeMembers(vendor: string, conversation: string, change: MembersChange): Promise<Conversation>

  /**
   * Adds a message with the next `seq`. The same (conversation, sender, id) again is the same message: the answer is
   * that of the first time, with `duplicate`, and nothing is written: as long as the message is kept, and for 7 days
   * at least. May be retried. Who speaks for the vendor need not be a member. With `after`, the id of another message of the
   * sender, it is added only when that one was.
   *
   * @throws UnknownConversation
   * @throws NotAMember where the sender is not one at that moment, and does not speak for the vendor.
   * @throws ClosedConversation
   * @throws NotThere where the message that it is to come after is not known.
   */
  append(
    vendor: string,
    conversation: string,
    message: NewMessage,
    order?: { after?: string | undefined },
  ): Promise<Appended>

  /**
   * Messages that are kept with `after < seq < before`, oldest first, at most `limit`. Without `after`, the newest ones
   * before `before`.
   */
  read(
    vendor: string,
    conversation: string,
    range: { after?: number; before?: number; limit: number },
  ): Promise<readonly JournalMessage[]>

  /**
   * Messages after one, in order, at most `limit`; each with its line, which tells it from what had its number and is lost. With
   * `client`, whose inbox has led there: `isUnnoticed` is told to nobody else.
   */
  readOnLines(
    vendor: string,
    conversation: string,
    range: { after: number; limit: number; client?: string | undefined },
  ): Promise<readonly MessageOnLine[]>

  /**
   * The lowest `seq` of those that are kept with `at >= time`; `head + 1` where there is none. The journal is not walked
   * through: it takes as many steps as its length has digits. Clocks are set back, so that later ones may have a lower `at`.
   */
  seqAt(vendor: string, conversation: string, time: number): Promise<number>

  /**
   * The edits, deletions and reactions that are kept and refer to one of these messages, those of a message in the
   * order of the journal. What was appended is among them at once. Whether they count is for a fold to say.
   */
  referring(vendor: string, conversation: string, seqs: readonly number[]): Promise<readonly JournalMessage[]>
}
