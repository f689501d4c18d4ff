/** A moment in a turn. */
export interface TurnPoint {
  vendor: string
  conversation: string
  bot: string
  /** The revision that the turn starts from. */
  revision: number
}

/** Called at named moments of a turn, and waited for: for tests that have to stop the server just there. */
export interface TurnHooks {
  /** The lease was sent to the bot. */
  'turn.leased'?(point: TurnPoint): void | Promise<void>
  /** A commit has come, and nothing of it is applied. */
  'turn.commit'?(point: TurnPoint): void | Promise<void>
  /** The commit is on disk, and not answered. */
  'turn.committed'?(point: TurnPoint): void | Promise<void>
}
