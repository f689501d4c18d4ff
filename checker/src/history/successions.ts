import type { HistoryEvent, Shards } from './event.js'
import { lateMs } from './late.js'

type Change = HistoryEvent & { what: 'redis' }

/** A Redis took the place of its master, which may have acknowledged what it has not. */
export interface Succession {
  master: string
  heir: string
  /** What is stored there. */
  partitions: readonly number[]
  /** What was acknowledged before, the heir has. Milliseconds since the run began, as all here. */
  fromMs: number
  /** From then on the master has acknowledged nothing. */
  untilMs: number
  /** Nobody can have noticed it before: what the heir has is read when it is elected. */
  noticeableMs: number
  /** When the heir was known to have its place. */
  electedMs: number
}

/** What is known of a Redis since it was started last. */
interface Standing {
  deadMs?: number
  behindMs?: number
  isStopped?: boolean
  isAsked?: boolean
}

/** A master that was replaced, and may not know it yet. */
interface Replaced {
  by: Omit<Succession, 'untilMs'>
  /** Whoever took its place was asked to, and had everything. */
  isHandedOver: boolean
  stoodStill: boolean
}

/** Who took whose place in a Cluster, as each Redis tells it, and where something may be lost by that. */
export class Successions {
  readonly #standings = new Map<string, Standing>()
  readonly #replaced = new Map<string, Replaced>()
  readonly #found: Succession[] = []

  constructor(private readonly shards: Shards) {}

  hear({ who, ms, is }: Change): void {
    const standing = this.#standingOf(who)
    if (is === 'dead' || is === 'replica') this.#knows(who, ms)
    if (is === 'dead') standing.deadMs = ms
    else if (is === 'behind') standing.behindMs = ms
    else if (is === 'asked') standing.isAsked = true
    else if (is === 'started') this.#standings.set(who, {})
    else if (is === 'stopped') this.#stops(who)
    else if (is === 'continued') standing.isStopped = false
    else if (is === 'master') this.#succeeds(who, ms)
  }

  /** In their order; one that never learned of it may have acknowledged something up to the end. */
  lossy(endMs: number): readonly Succession[] {
    for (const name of [...this.#replaced.keys()]) this.#knows(name, endMs)
    return [...this.#found].sort((one, other) => one.noticeableMs - other.noticeableMs)
  }

  #standingOf(name: string): Standing {
    const standing = this.#standings.get(name) ?? {}
    this.#standings.set(name, standing)
    return standing
  }

  #stops(name: string): void {
    this.#standingOf(name).isStopped = true
    const replaced = this.#replaced.get(name)
    if (replaced) replaced.stoodStill = true
  }

  #succeeds(heir: string, ms: number): void {
    const { isAsked = false } = this.#standingOf(heir)
    this.#standingOf(heir).isAsked = false
    const shard = this.shards.shards.findIndex((names) => names.includes(heir))
    const master = this.shards.shards[shard]?.find((name) => name !== heir)
    const partitions = this.shards.partitions.flatMap((own, partition) => (own === shard ? [partition] : []))
    if (master === undefined || partitions.length === 0) return
    const { deadMs, behindMs, isStopped = false } = this.#standingOf(master)
    const fromMs = (behindMs ?? deadMs ?? ms) - lateMs
    const noticeableMs = Math.max(deadMs ?? 0, ms - lateMs)
    const by = { master, heir, partitions, fromMs, noticeableMs, electedMs: ms }
    this.#replaced.set(master, { by, isHandedOver: isAsked && deadMs === undefined, stoodStill: isStopped })
    if (deadMs !== undefined) this.#knows(master, deadMs)
  }

  /** From then on it acknowledges nothing. */
  #knows(name: string, untilMs: number): void {
    const replaced = this.#replaced.get(name)
    this.#replaced.delete(name)
    if (replaced && (!replaced.isHandedOver || replaced.stoodStill)) this.#found.push({ ...replaced.by, untilMs })
  }
}
