import type { Storage } from '../rig/ground/index.js'

/** How a server's process is started: the argument that it is given, as JSON. */
export interface ServerTerms {
  storage: Storage
  clockOffsetMs: number
  leaseMs: number
}

/** What the rig asks of a server's process. */
export type ServerOrder =
  /** Its clock is so far from the machine's from now on. */
  | { clockOffsetMs: number }
  /** Tell when the server rests. */
  | { rest: number }

/** What the processes tell the rig. */
export type ServerReport = { port: number } | { rested: number } | SetbackReport
/** It has noticed that Redis has less than it had. */
export type SetbackReport = { setback: { partition: number; commits: number } }
export type BotReport = { ready: true }
