/** What is done to the system. `target` is a process or a line; each lasts `ms`. */
export type Fault =
  /** `kill -9`, and a new start when it ends. */
  | { kind: 'kill'; target: string }
  /** SIGSTOP, and SIGCONT when it ends. */
  | { kind: 'pause'; target: string }
  /** Every connection on the line is reset, and new ones are too until it ends. */
  | { kind: 'cut'; target: string }
  /** Nothing passes in that direction until it ends; then all of it does. */
  | { kind: 'stall'; target: string; direction: Direction }
  /** One end of each connection on the line goes away, and the other does not learn of it before it ends. */
  | { kind: 'half-open'; target: string; gone: 'client' | 'server' }
  /** What passes comes so much later. */
  | { kind: 'delay'; target: string; delayMs: number }
  /** The clock of a server's process is so far from the machine's from now on; positive is ahead. */
  | { kind: 'clock'; target: string; offsetMs: number }
  /** A replica takes the place of a master of the Redis Cluster, once it has all that the master has. */
  | { kind: 'failover'; target: string }
  /**
   * A Redis of a Cluster dies while it is a master; it comes back when a replica was elected in its place. For so long before that
   * nothing of what it writes comes to its replica.
   */
  | { kind: 'takeover'; target: string; behindMs?: number }

export type Direction = 'up' | 'down' | 'both'

/** Those that can be chosen. */
export const faultKinds = ['kill', 'pause', 'cut', 'clock', 'redis'] as const
/** `cut` stands for all that happens to lines, `redis` for all that happens to a Redis and the ways to it. */
export type FaultChoice = (typeof faultKinds)[number]

export interface PlannedFault {
  /** Since the operations began. */
  atMs: number
  lastsMs: number
  fault: Fault
}
