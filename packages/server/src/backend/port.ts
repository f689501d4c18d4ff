/** The right to handle one bot's turn in one conversation. */
export interface Lease {
  vendor: string
  conversation: string
  bot: string
  /** The connection that holds it. */
  holder: string
  /** `<epoch>:<counter>`: compares higher with each lease of the same turn, also after a restart. */
  fence: string
  grantedAt: number
  /** When it ends unless renewed: milliseconds since the Unix epoch. */
  expiresAt: number
}

/** What a lease is for. */
export type LeasedTurn = Pick<Lease, 'vendor' | 'conversation' | 'bot'>

export interface LeaseTerms {
  /** It ends unless it is renewed within this. */
  durationMs: number
  /** However often it is renewed, it ends this long after it was granted. */
  longestMs: number
}

/** At most one live lease exists for a (vendor, conversation, bot) at any moment. */
export interface Leases {
  /** Grants the lease, with a fence higher than any before; `undefined` while another one is live. */
  acquire(turn: LeasedTurn & { holder: string }, now: number): Promise<Lease | undefined>
  /** Puts the end off; `undefined` where the fence is not the one in force, or the lease is past its longest time. */
  renew(turn: LeasedTurn, fence: string, now: number): Promise<Lease | undefined>
  /** The live lease with this fence: asked before a commit is applied; `undefined` for a zombie. */
  check(turn: LeasedTurn, fence: string, now: number): Promise<Lease | undefined>
  /** Ends the lease. With a fence that is not in force nothing happens, and the answer is false. */
  settle(turn: LeasedTurn, fence: string): Promise<boolean>
}
