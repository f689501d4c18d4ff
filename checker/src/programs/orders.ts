/** What the rig asks of a server's process. */
export type ServerOrder =
  /** Its clock is so far from the machine's from now on. */
  | { clockOffsetMs: number }
  /** Tell when the server rests. */
  | { rest: number }

/** What the processes tell the rig. */
export type ServerReport = { port: number } | { rested: number }
export type BotReport = { ready: true }
