import type { HolderLimits } from './account-limits.js'
import { Bucket } from './bucket.js'
import type { Excess, OpenAccount, Quantity, Rate, Scope, Traffic, Usage } from './port.js'
import { reasonFor } from './reasons.js'

/** What a node needs of the tree that it stands in. */
export interface Surroundings {
  now(): number
  /** Nobody has it open any more. */
  closed(node: AccountNode): void
}

/** One account, and the way to those that are charged with it. */
export class AccountNode implements OpenAccount {
  /** By client, or by connection. */
  children: Map<string, AccountNode> | undefined
  readonly #amounts: Record<Quantity, number> = nothing()
  #buckets: Partial<Record<Rate, Bucket>> | undefined
  #opened = 0

  constructor(
    readonly scope: Scope,
    readonly name: string,
    readonly parent: AccountNode | undefined,
    readonly traffic: Traffic,
    /** What this scope has no limit for is absent. */
    public limits: Partial<HolderLimits>,
    private readonly around: Surroundings,
  ) {}

  get usage(): Usage {
    return this.#amounts
  }

  open(): this {
    this.#opened++
    return this
  }

  close(): void {
    this.#opened--
    this.around.closed(this)
  }

  maximum(quantity: Quantity): number {
    return this.limits[quantity] ?? Number.POSITIVE_INFINITY
  }

  take(quantity: Quantity, amount: number): Excess | undefined {
    for (const node of this.#chargedWith()) {
      const maximum = node.maximum(quantity)
      if (node.#amounts[quantity] + amount > maximum) return excess(node.scope, quantity, maximum)
    }
    this.charge(quantity, amount)
    return undefined
  }

  charge(quantity: Quantity, amount: number): void {
    for (const node of this.#chargedWith()) node.#amounts[quantity] += amount
  }

  give(quantity: Quantity, amount: number): void {
    this.charge(quantity, -amount)
    this.around.closed(this)
  }

  spend(rate: Rate, amount: number): Excess | undefined {
    const now = this.around.now()
    for (const node of this.#chargedWith()) {
      const maximum = node.#perSecond(rate)
      if (maximum < Number.POSITIVE_INFINITY && !node.#bucket(rate, maximum, now).ready(maximum, now))
        return excess(node.scope, rate, maximum)
    }
    for (const node of this.#chargedWith()) node.#buckets?.[rate]?.take(amount)
    return undefined
  }

  /** Nobody has it open, it has nothing, and nobody under it has. */
  get unused(): boolean {
    return this.#opened === 0 && !this.children?.size && Object.values(this.#amounts).every((amount) => amount === 0)
  }

  /** What it has spent has come back: to forget it gives it no more than to keep it. */
  get rested(): boolean {
    const now = this.around.now()
    const buckets = Object.entries(this.#buckets ?? {}) as [Rate, Bucket][]
    return buckets.every(([rate, bucket]) => bucket.isFull(this.#perSecond(rate), now))
  }

  child(name: string): AccountNode | undefined {
    return this.children?.get(name)
  }

  *#chargedWith(): Iterable<AccountNode> {
    for (let node: AccountNode | undefined = this; node; node = node.parent) yield node
  }

  #perSecond(rate: Rate): number {
    return this.limits[`${rate}PerSecond`] ?? Number.POSITIVE_INFINITY
  }

  #bucket(rate: Rate, perSecond: number, now: number): Bucket {
    this.#buckets ??= {}
    this.#buckets[rate] ??= new Bucket(perSecond, now)
    return this.#buckets[rate]
  }
}

const nothing = (): Record<Quantity, number> => ({
  connections: 0,
  sessions: 0,
  subscriptions: 0,
  retainedMessages: 0,
  retainedBytes: 0,
  queuedMessages: 0,
  queuedBytes: 0,
  inflight: 0,
})

const excess = (scope: Scope, limit: Quantity | Rate, maximum: number): Excess => ({
  scope,
  limit,
  maximum,
  reason: reasonFor(scope, limit, maximum),
})
