import type { HolderLimits } from './account-limits.js'
import { Bucket } from './bucket.js'
import type { Excess, OpenAccount, PacketLimits, Quantity, Rate, Scope, Traffic, Usage, Wait } from './port.js'
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
  /** Those who wait until fewer messages are on their way. */
  #waiting: Set<() => void> | undefined
  #opened = 0

  constructor(
    readonly scope: Scope,
    readonly name: string,
    readonly parent: AccountNode | undefined,
    readonly traffic: Traffic,
    /** What this scope has no limit for is absent. */
    public limits: Partial<HolderLimits>,
    public packetLimits: Partial<PacketLimits>,
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

  amount(quantity: Quantity): number {
    return this.#amounts[quantity]
  }

  maximum(quantity: Quantity): number {
    return this.limits[quantity] ?? Number.POSITIVE_INFINITY
  }

  room(quantity: Quantity): number {
    let least = Number.POSITIVE_INFINITY
    for (let node: AccountNode | undefined = this; node; node = node.parent)
      least = Math.min(least, node.maximum(quantity) - node.#amounts[quantity])
    return least
  }

  waitForRoom(run: () => void): Wait {
    const node = this.#without('inflight', 1) ?? this
    node.#waiting ??= new Set()
    const { scope } = node
    const waiting = node.#waiting.add(run)
    return { scope, cancel: () => void waiting.delete(run) }
  }

  /** Lets those go on who waited for room, one after the other, as long as there is some. */
  wakeWaiting(): void {
    for (const run of this.#waiting ?? []) {
      if (this.#amounts.inflight >= this.maximum('inflight')) return
      this.#waiting?.delete(run)
      run()
    }
  }

  take(quantity: Quantity, amount: number): Excess | undefined {
    const full = this.#without(quantity, amount)
    if (full) return this.#refuse(full, quantity, full.maximum(quantity))
    this.charge(quantity, amount)
    return undefined
  }

  charge(quantity: Quantity, amount: number): void {
    for (let node: AccountNode | undefined = this; node; node = node.parent) node.#amounts[quantity] += amount
  }

  give(quantity: Quantity, amount: number): void {
    this.charge(quantity, -amount)
    if (quantity === 'inflight')
      for (let node: AccountNode | undefined = this; node; node = node.parent) node.wakeWaiting()
    this.around.closed(this)
  }

  spend(rate: Rate, amount: number): Excess | undefined {
    const now = this.around.now()
    const limited: Bucket[] = []
    for (let node: AccountNode | undefined = this; node; node = node.parent) {
      const maximum = node.#perSecond(rate)
      if (maximum === Number.POSITIVE_INFINITY) continue
      const bucket = node.#bucket(rate, maximum, now)
      if (!bucket.ready(maximum, now)) return this.#refuse(node, rate, maximum)
      limited.push(bucket)
    }
    for (const bucket of limited) bucket.take(amount)
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

  /** Who of those that are charged has no room for it. */
  #without(quantity: Quantity, amount: number): AccountNode | undefined {
    for (let node: AccountNode | undefined = this; node; node = node.parent)
      if (node.#amounts[quantity] + amount > node.maximum(quantity)) return node
    return undefined
  }

  /** An account that was made for what it may not have is not kept. */
  #refuse({ scope }: AccountNode, limit: Quantity | Rate, maximum: number): Excess {
    this.around.closed(this)
    return { scope, limit, maximum, reason: reasonFor(scope, limit, maximum) }
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
