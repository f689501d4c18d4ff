import type { PublicState } from '@daakia/protocol'
import type { JournalMessage, NewMessage } from './messages.js'

export interface Conversation {
  id: string
  members: readonly string[]
  createdAt: number
  /** `seq` of the newest message; 0 where there is none. */
  head: number
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
   * that of the first time, with `duplicate`, and nothing is written. May be retried.
   *
   * @throws UnknownConversation
   */
  append(
    vendor: string,
    conversation: string,
    message: NewMessage,
  ): Promise<{ seq: number; at: number; duplicate: boolean }>

  /**
   * Messages with `after < seq < before`, oldest first, at most `limit`. Without `after`, the newest ones before
   * `before`.
   */
  read(
    vendor: string,
    conversation: string,
    range: { after?: number; before?: number; limit: number },
  ): Promise<readonly JournalMessage[]>
}
