import type { SharedKeyValue } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import type { Lease, LeasedTurn, Leases, LeaseTerms } from './port.js'
import { epochs } from './tables.js'

/** Leases of one process. They end with it, and the persisted epoch keeps its successor's fences higher. */
export class EmbeddedLeases implements Leases {
  readonly #epoch: number
  readonly #terms: LeaseTerms
  readonly #leases = new Map<string, Lease>()
  #counter = 0

  private constructor(epoch: number, terms: LeaseTerms) {
    this.#epoch = epoch
    this.#terms = terms
  }

  /** Raises the epoch, durably, before the first lease. */
  static async open({ kv, ...terms }: { kv: SharedKeyValue } & LeaseTerms): Promise<EmbeddedLeases> {
    const epoch = await kv.write((tx) => {
      // Fences that were given out after a backup was taken are lower, too: no server starts once a millisecond.
      const raised = Math.max(tx.get(epochs, [0]) ?? 0, tx.get(restores, [0]) ?? 0) + 1
      tx.put(epochs, [0], raised)
      return raised
    })
    return new EmbeddedLeases(epoch, terms)
  }

  async acquire({ holder, ...turn }: LeasedTurn & { holder: string }, now: number): Promise<Lease | undefined> {
    if (this.#live(turn, now)) return undefined
    const fence = `${this.#epoch}:${++this.#counter}`
    const lease = { ...turn, holder, fence, grantedAt: now, expiresAt: this.#end(now, now) }
    this.#leases.set(keyOf(turn), lease)
    return lease
  }

  async renew(turn: LeasedTurn, fence: string, now: number): Promise<Lease | undefined> {
    const lease = this.#inForce(turn, fence, now)
    if (!lease) return undefined
    const renewed = { ...lease, expiresAt: this.#end(lease.grantedAt, now) }
    this.#leases.set(keyOf(turn), renewed)
    return renewed
  }

  async check(turn: LeasedTurn, fence: string, now: number): Promise<Lease | undefined> {
    return this.#inForce(turn, fence, now)
  }

  async settle(turn: LeasedTurn, fence: string): Promise<boolean> {
    if (this.#leases.get(keyOf(turn))?.fence !== fence) return false
    return this.#leases.delete(keyOf(turn))
  }

  #end(grantedAt: number, now: number): number {
    return Math.min(now + this.#terms.durationMs, grantedAt + this.#terms.longestMs)
  }

  #live(turn: LeasedTurn, now: number): Lease | undefined {
    const lease = this.#leases.get(keyOf(turn))
    return lease && now < lease.expiresAt ? lease : undefined
  }

  #inForce(turn: LeasedTurn, fence: string, now: number): Lease | undefined {
    const lease = this.#live(turn, now)
    return lease?.fence === fence ? lease : undefined
  }
}

const keyOf = ({ vendor, conversation, bot }: LeasedTurn): string => `${vendor}/${bot}/${conversation}`
