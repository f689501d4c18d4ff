import type { Alarm, Clock } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import { RedisError } from '../redis/errors.js'
import type { RedisLink } from '../redis/link.js'
import type { Nodes } from '../redis/nodes/nodes.js'
import type { Claim, Connections } from './port.js'
import { Holding } from './redis/holding.js'
import { knownMs, Names } from './redis/names.js'
import { Questions } from './redis/questions.js'

export interface RedisConnectionsOptions {
  link: RedisLink
  nodes: Nodes
  clock: Clock
}

/** So many names are looked after at a time. */
const together = 100

/**
 * Names of connections, for a server of many nodes. Redis knows who took a name last, under which fence; the node that had
 * it before is asked to let it go. Fences order everything: who has a lower one ends first, so that nobody waits in a circle.
 */
export class RedisConnections implements Connections {
  readonly #names: Names
  readonly #nodes: Nodes
  readonly #clock: Clock
  readonly #holdings = new Map<string, Holding[]>()
  /** Claims that Redis has not answered yet, by name. */
  readonly #asked = new Map<string, Promise<unknown>>()
  readonly #stopHearing: () => void
  #questions: Questions | undefined
  #upkeep: Alarm | undefined

  static async open(options: RedisConnectionsOptions): Promise<RedisConnections> {
    const connections = new RedisConnections(options)
    const letGo = (name: string, fence: number) => connections.#letGo(name, fence)
    connections.#questions = await Questions.open({ ...options, letGo })
    return connections
  }

  private constructor({ link, nodes, clock }: RedisConnectionsOptions) {
    this.#names = new Names(link, nodes.node)
    this.#nodes = nodes
    this.#clock = clock
    this.#stopHearing = nodes.onLapse(() => void this.#keepAll())
    this.#keepLater(knownMs / 3)
  }

  async claim(name: SessionName, lost: () => Promise<void> | void, isGone = () => false): Promise<Claim> {
    if (!this.#nodes.isCertain)
      throw new RedisError('away', 'This node has not reached Redis for a while: connect again when it has')
    const key = keyOf(name)
    const holding = await this.#inTurn(key, () => this.#take(key, lost, isGone))
    try {
      await holding.has
    } catch (error) {
      this.#remove(key, holding)
      await this.#giveBack(key, holding.fence)
      throw error
    }
    return { name, fence: holding.fence }
  }

  async release({ name, fence }: Claim): Promise<void> {
    const key = keyOf(name)
    const holding = this.#holdings.get(key)?.find((each) => each.fence === fence)
    if (!holding || holding.isEnding) return
    this.#remove(key, holding)
    await this.#giveBack(key, fence)
  }

  close(): void {
    this.#stopHearing()
    this.#upkeep?.cancel()
    this.#questions?.close()
  }

  /** One after another for each name, so that who asks first has the lower fence. */
  async #inTurn(key: string, take: () => Promise<Holding>): Promise<Holding> {
    const before = this.#asked.get(key)
    const taken = (async () => {
      await before
      return take()
    })()
    const asked = taken.then(
      () => {},
      () => {},
    )
    this.#asked.set(key, asked)
    try {
      return await taken
    } finally {
      if (this.#asked.get(key) === asked) this.#asked.delete(key)
    }
  }

  /** Noted as soon as Redis has answered: whoever is asked to let the name go from then on finds it. */
  async #take(key: string, lost: () => Promise<void> | void, isGone: () => boolean): Promise<Holding> {
    const { fence, others } = await this.#names.claim(key)
    // This node, or its way to Redis, may have stood still: what it reads of a client then is old.
    const holding = new Holding(fence, lost, isGone() ? Promise.resolve() : this.#free(key, fence, others))
    this.#add(key, holding)
    return holding
  }

  /** Resolves when nobody acts under the name with a lower fence, here or elsewhere. */
  async #free(key: string, fence: number, others: readonly string[]): Promise<void> {
    const asked = others.map((node) => this.#questions?.ask(node, key, fence))
    const outcomes = await Promise.allSettled([this.#endBelow(key, fence), ...asked])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    // Where this fails, the others are asked again by whoever takes the name next.
    if (others.length > 0) this.#names.settle(key, fence).catch(() => {})
  }

  /** What another node takes. A claim of this one that Redis has answered, or is about to answer, may be under way. */
  async #letGo(key: string, fence: number): Promise<void> {
    await this.#asked.get(key)
    await this.#endBelow(key, fence)
  }

  async #endBelow(key: string, fence: number): Promise<void> {
    const below = this.#holdings.get(key)?.filter((each) => each.fence < fence) ?? []
    const outcomes = await Promise.allSettled(below.map((each) => this.#end(key, each)))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  #end(key: string, holding: Holding): Promise<void> {
    return holding.end().finally(() => this.#remove(key, holding))
  }

  /** Where Redis does not hear it, it is no harm: this node lets go, when it is asked, what it does not have. */
  #giveBack(key: string, fence: number): Promise<void> {
    return this.#names.release(key, fence).catch(() => {})
  }

  /** Finds out which names others have taken, and tells those who had them. Tries until Redis has answered for all. */
  async #keepAll(): Promise<void> {
    const all = [...this.#holdings].flatMap(([key, holdings]) => holdings.map((holding) => ({ key, holding })))
    try {
      for (let next = 0; next < all.length; next += together)
        await Promise.all(all.slice(next, next + together).map(({ key, holding }) => this.#keep(key, holding)))
      this.#keepLater(knownMs / 3)
    } catch {
      this.#keepLater(this.#nodes.leaseMs / 3)
    }
  }

  async #keep(key: string, holding: Holding): Promise<void> {
    if (holding.isEnding || !this.#holdings.get(key)?.includes(holding)) return
    if (await this.#names.keep(key, holding.fence)) return
    this.#end(key, holding).catch(() => {})
  }

  #keepLater(delayMs: number): void {
    this.#upkeep?.cancel()
    this.#upkeep = this.#clock.after(delayMs, () => void this.#keepAll(), 'upkeep')
  }

  #add(key: string, holding: Holding): void {
    this.#holdings.set(key, [...(this.#holdings.get(key) ?? []), holding])
  }

  #remove(key: string, holding: Holding): void {
    const left = this.#holdings.get(key)?.filter((each) => each !== holding) ?? []
    if (left.length > 0) this.#holdings.set(key, left)
    else this.#holdings.delete(key)
  }
}

const keyOf = ({ vendor, client, connection }: SessionName): string => JSON.stringify([vendor, client, connection])
