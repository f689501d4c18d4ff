import type { Page } from './dead-letters.js'

/** What a bot's last commit in a conversation has stored. */
export interface StoredState {
  conversation: string
  revision: number
  state: unknown
  /** Why the bot's code could not restore it; absent where it is not parked. */
  parked?: string
}

/** What bots have stored, to be looked at. */
export interface BotStates {
  /**
   * The states of a bot, by conversation: parked ones too, and none where no run is going on, or where the bot can't go
   * on any more. Each is as one commit has left it; others may be committed between two pages. A page may have fewer
   * than `limit` and a `next` all the same.
   */
  botStates(vendor: string, query: { bot: string; after?: string; limit: number }): Promise<Page<StoredState>>
}
