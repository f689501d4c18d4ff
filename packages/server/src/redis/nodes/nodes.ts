import type { Alarm, Clock } from '@daakia/protocol'
import type { MembersNews } from '../../peers/port.js'
import type { RedisLink } from '../link.js'
import { RedisScript } from '../script.js'
import aliveSource from './alive.lua'
import { nodesKey } from './living.js'
import renewSource from './renew.lua'

export interface NodesOptions {
  link: RedisLink
  clock: Clock
  /** What no other node, and no earlier life of this one, is called. */
  node: string
  /** Who is not heard of for so long counts as dead. Default 4,500. */
  leaseMs?: number
}

const renew = new RedisScript('renew', renewSource)
const alive = new RedisScript('alive', aliveSource)

/**
 * The nodes of one server, and that this is one of them: it has a lease, which it renews. Whoever finds a lease over takes
 * what that node had. Redis's time alone decides when one is over, for the nodes have no time in common; the time of this
 * node only says when it has to doubt its own.
 */
export class Nodes {
  readonly node: string
  readonly leaseMs: number
  readonly #link: RedisLink
  readonly #clock: Clock
  readonly #key: string
  readonly #listeners = new Set<() => void>()
  readonly #watchers = new Set<(news: MembersNews) => void>()
  readonly #stopHearing: () => void
  #certainUntil = 0
  /** Until then nobody counts as dead: Redis was away, or has lost what it knew, and others have to come back, too. */
  #lenientUntil = 0
  #members: readonly string[] = []
  #next: Alarm | undefined
  #left = false

  /**
   * Joins the nodes that are there.
   *
   * @throws {RedisError}
   */
  static async join(options: NodesOptions): Promise<Nodes> {
    const nodes = new Nodes(options)
    await nodes.#renew()
    nodes.#schedule()
    return nodes
  }

  private constructor({ link, clock, node, leaseMs = 4_500 }: NodesOptions) {
    this.node = node
    this.leaseMs = leaseMs
    this.#link = link
    this.#clock = clock
    this.#key = nodesKey(link)
    this.#stopHearing = link.onBack(() => {
      this.#beLenient()
      this.#renewNow()
    })
  }

  /**
   * Its lease is not over, as far as it knows: nobody has taken what it has. Once this is false it is in doubt, until Redis
   * has answered again. A node that stood still sees it before it does anything else, if it asks.
   */
  get isCertain(): boolean {
    return this.#clock.now() < this.#certainUntil
  }

  /**
   * Names of all nodes that had a lease when this one last renewed its own. Where Redis was away, or did not know this one any
   * more, those of before count for a lease longer.
   */
  get members(): readonly string[] {
    return this.#members
  }

  /** `members` as they are now, or as they were where Redis does not answer. */
  async look(): Promise<readonly string[]> {
    if (!this.#left) await this.#renew().catch(() => {})
    return this.#members
  }

  /** Asks Redis whether the node has a lease now, which is as `members` says. */
  async isAlive(node: string): Promise<boolean> {
    if (this.#isLenient && this.#members.includes(node)) return true
    return (await this.#link.run(alive, [this.#key], [node])) === 1
  }

  /** Calls `listener` when the lease was over, or may have been, and is good again: what this node had, others may have taken. */
  onLapse(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** Calls `listener` when others have joined, or their leases are over: at most a third of a lease later. */
  onChange(listener: (news: MembersNews) => void): () => void {
    const own = (news: MembersNews) => listener(news)
    this.#watchers.add(own)
    return () => void this.#watchers.delete(own)
  }

  /** Gives the lease back: what it had is free at once. */
  async leave(): Promise<void> {
    this.#left = true
    this.#next?.cancel()
    this.#stopHearing()
    this.#certainUntil = 0
    await this.#link.call('zrem', this.#key, this.node).catch(() => {})
  }

  async #renew(): Promise<void> {
    const asked = this.#clock.now()
    const [was, ...members] = (await this.#link.run(renew, [this.#key], [this.node, this.leaseMs])) as [
      number,
      ...Buffer[],
    ]
    // An answer that was lost may have been the one that said so.
    const lapsed = was === 0 || asked >= this.#certainUntil
    const before = this.#members
    const isFirst = before.length === 0
    if (lapsed && !isFirst) this.#beLenient()
    const found = members.map(String)
    this.#members = this.#isLenient ? [...new Set([...before, ...found])] : found
    // Counted from before it was asked for: Redis's lease is never over before this one.
    this.#certainUntil = asked + this.leaseMs
    if (isFirst) return
    if (lapsed) for (const listener of this.#listeners) listener()
    this.#tellChanges(before, this.#members)
  }

  get #isLenient(): boolean {
    return this.#clock.now() < this.#lenientUntil
  }

  #beLenient(): void {
    this.#lenientUntil = this.#clock.now() + this.leaseMs
  }

  #tellChanges(before: readonly string[], now: readonly string[]): void {
    const joined = now.filter((node) => !before.includes(node))
    const left = before.filter((node) => !now.includes(node) && node !== this.node)
    if (joined.length + left.length > 0) for (const watcher of this.#watchers) watcher({ joined, left })
  }

  #schedule(): void {
    this.#next = this.#clock.after(this.leaseMs / 3, () => this.#renewNow(), 'upkeep')
  }

  /** Where it fails, that is because Redis is away, and the link says so when it is back. */
  #renewNow(): void {
    this.#next?.cancel()
    if (this.#left) return
    this.#renew().catch(() => {})
    this.#schedule()
  }
}
