import { partitionOf, type Reader, type SharedKeyValue, type Transaction, table } from '../kv/port.js'
import type { Peers } from '../peers/port.js'
import type { Lease, LeasedTurn, Leases, LeaseTerms } from './port.js'

/** The last lease of a turn; with `node` it was not given back. */
interface LeaseRecord {
  fence: number
  node?: string
  holder?: string
  grantedAt?: number
  expiresAt?: number
}

/** [vendor, bot, conversation] */
export const leases = table<LeaseRecord>('turn-leases')

export interface StoredLeasesOptions extends LeaseTerms {
  kv: SharedKeyValue
  peers: Pick<Peers, 'node' | 'isAlive'>
}

/**
 * Leases for a server of many nodes, in the store that they share. Each node grants leases to the connections that it has; a
 * lease ends with its node. The fence is checked where a turn is committed, in the same transaction: what a node says that stood
 * still meanwhile is refused there, whatever it believes.
 */
export class StoredLeases implements Leases {
  readonly #options: StoredLeasesOptions
  /** Those that this node has granted. */
  readonly #granted = new Map<string, Lease>()
  /** Turns that are being asked for. */
  readonly #asking = new Set<string>()

  constructor(options: StoredLeasesOptions) {
    this.#options = options
  }

  async acquire(turn: LeasedTurn & { holder: string }, now: number): Promise<Lease | undefined> {
    const name = nameOf(turn)
    if (this.#asking.has(name)) return undefined
    this.#asking.add(name)
    try {
      return await this.#ask(turn, now)
    } finally {
      this.#asking.delete(name)
    }
  }

  async renew(turn: LeasedTurn, fence: string, now: number): Promise<Lease | undefined> {
    const lease = await this.check(turn, fence, now)
    if (!lease) return undefined
    const expiresAt = this.#end(lease.grantedAt, now)
    const renewed = await this.#partition(turn).write((tx) => {
      const record = this.#own(tx, turn, fence)
      if (record) tx.put(leases, keyOf(turn), { ...record, expiresAt })
      return record !== undefined
    })
    return renewed ? this.#keep({ ...lease, expiresAt }) : this.#forget(turn, fence)
  }

  /** What this node knows: where another one has taken the lease, what is stored under its fence is refused. */
  async check(turn: LeasedTurn, fence: string, now: number): Promise<Lease | undefined> {
    const lease = this.#granted.get(nameOf(turn))
    return lease?.fence === fence && now < lease.expiresAt ? lease : undefined
  }

  async settle(turn: LeasedTurn, fence: string): Promise<boolean> {
    this.#forget(turn, fence)
    return this.#partition(turn).write((tx) => {
      const record = this.#own(tx, turn, fence)
      // The fence stays, so that the next one is higher.
      if (record) tx.put(leases, keyOf(turn), { fence: record.fence })
      return record !== undefined
    })
  }

  /** Whether no other lease of the turn was granted after the one with this fence, and it was not given back. */
  isInForce(reader: Reader, turn: LeasedTurn, fence: string): boolean {
    return this.#own(reader, turn, fence) !== undefined
  }

  async #ask(turn: LeasedTurn & { holder: string }, now: number): Promise<Lease | undefined> {
    const found = await this.#acquire(turn, now)
    if (!('node' in found)) return this.#keep(found)
    const { node } = found
    if (node === undefined || (await this.#options.peers.isAlive(node))) return undefined
    const taken = await this.#acquire(turn, now, node)
    return 'node' in taken ? undefined : this.#keep(taken)
  }

  /** Answers whose it is where it can't be had; that of this node is not free by a death. */
  #acquire(
    { holder, ...turn }: LeasedTurn & { holder: string },
    now: number,
    dead?: string,
  ): Promise<Lease | { node: string | undefined }> {
    return this.#partition(turn).write((tx) => {
      const last = tx.get(leases, keyOf(turn))
      if (last?.node !== undefined && last.node !== dead && now < (last.expiresAt ?? 0) && !this.#isLeft(turn, last))
        return { node: last.node === this.#options.peers.node ? undefined : last.node }
      return this.#grant(tx, turn, { holder, now, fence: (last?.fence ?? 0) + 1 })
    })
  }

  /** This node has given it back, and could not store that. */
  #isLeft(turn: LeasedTurn, { node, fence }: LeaseRecord): boolean {
    return node === this.#options.peers.node && this.#granted.get(nameOf(turn))?.fence !== `1:${fence}`
  }

  #grant(
    tx: Transaction,
    turn: LeasedTurn,
    { holder, now, fence }: { holder: string; now: number; fence: number },
  ): Lease {
    const terms = { holder, grantedAt: now, expiresAt: this.#end(now, now) }
    tx.put(leases, keyOf(turn), { fence, node: this.#options.peers.node, ...terms })
    return { ...turn, fence: `1:${fence}`, ...terms }
  }

  #own(reader: Reader, turn: LeasedTurn, fence: string): LeaseRecord | undefined {
    const record = reader.get(leases, keyOf(turn))
    const isOwn = record?.node === this.#options.peers.node && `1:${record.fence}` === fence
    return isOwn ? record : undefined
  }

  /** That of the conversation: a fence is looked at where a turn is committed. */
  #partition({ vendor, conversation }: LeasedTurn): SharedKeyValue {
    return partitionOf(this.#options.kv, vendor, conversation)
  }

  #end(grantedAt: number, now: number): number {
    return Math.min(now + this.#options.durationMs, grantedAt + this.#options.longestMs)
  }

  #keep(lease: Lease): Lease {
    this.#granted.set(nameOf(lease), lease)
    return lease
  }

  #forget(turn: LeasedTurn, fence: string): undefined {
    if (this.#granted.get(nameOf(turn))?.fence === fence) this.#granted.delete(nameOf(turn))
    return undefined
  }
}

const keyOf = ({ vendor, conversation, bot }: LeasedTurn) => [vendor, bot, conversation] as const

const nameOf = (turn: LeasedTurn): string => keyOf(turn).join('/')
