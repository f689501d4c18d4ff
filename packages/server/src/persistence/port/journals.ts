import type { ConversationRetention, PublicState } from '@daakia/protocol'
import type { JournalMessage, NewMessage } from './messages.js'

export interface Conversation {
  id: string
  members: readonly string[]
  createdAt: number
  /** `seq` of the oldest message that is kept; `head + 1` where none is. */
  first: number
  /** `seq` of the newest message, be it kept or not; 0 where there was none. */
  head: number
  /** What it keeps at most, where that was set for it. */
  retention?: ConversationRetention
  /** One for each bot that has state here. */
  bots: readonly BotStanding[]
}

/** Where a bot is in a conversation, as its members may see it. */
export interface BotStanding {
  bot: string
  processed: number
  revision: number
  public: PublicState
  /** Why its state cannot be restored; absent where it can. */
  parked?: string
}

/** Conversations and what was said in them. */
export interface Journals {
  /**
   * The conversation, or `undefined` where there is none. With `founders` it is made where it does not exist, once,
   * however many ask at the same time; founders of one that exists are ignored.
   */
  conversation(
    vendor: string,
    id: string,
    founders?: { members: readonly string[]; at: number },
  ): Promise<Conversation | undefined>

  /**
   * Adds a message with the next `seq`. The same (conversation, sender, id) again is the same message: the answer is
   * that of the first time, with `duplicate`, and nothing is written: as long as the message is kept, and for 7 days
   * at least. May be retried.
   *
   * @throws UnknownConversation
   */
  append(
    vendor: string,
    conversation: string,
    message: NewMessage,
  ): Promise<{ seq: number; at: number; duplicate: boolean }>

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
