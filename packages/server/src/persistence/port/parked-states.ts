import type { Page } from './dead-letters.js'

/** A bot's state in a conversation that its code could not restore. */
export interface ParkedState {
  conversation: string
  bot: string
  reason: string
  /** That could not restore it; absent where the bot told none. */
  version?: string
  since: number
  revision: number
}

/** States that wait for other code, or for an operator. Nothing of theirs is lost meanwhile. */
export interface ParkedStates {
  /** Parked states of a vendor, by bot and conversation. */
  parkedStates(vendor: string, query: { bot?: string; after?: string; limit: number }): Promise<Page<ParkedState>>

  /** With the state itself, as it was committed. */
  parkedState(
    vendor: string,
    conversation: string,
    bot: string,
  ): Promise<(ParkedState & { state: unknown }) | undefined>

  /** Offers the state again, to any version. False where it is not parked; may be repeated. */
  retryParked(vendor: string, conversation: string, bot: string): Promise<boolean>

  /**
   * Forgets the state and its timers, in one transaction: a dead letter keeps it, and what waits starts a run anew.
   * False where it is not parked. May be repeated where the answer was in doubt: it is true then where it was dropped, as long as
   * nothing has come of that since.
   */
  dropParked(vendor: string, conversation: string, bot: string, now: number): Promise<boolean>

  /** How many states are parked, by vendor. */
  parkedCounts(): Promise<ReadonlyMap<string, number>>
}
