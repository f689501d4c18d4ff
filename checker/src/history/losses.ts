import { partitionOf } from '@daakia/server'
import type { HistoryEvent } from './event.js'
import { Holds } from './holds.js'
import { lateMs } from './late.js'
import type { Death, Nodes } from './nodes.js'
import { type Succession, Successions } from './successions.js'

/**
 * A time of which a partition may have lost something: another Redis took the place of its master. Where that waits for its replicas, only
 * what nobody was acknowledged, and only where a node wrote down that something is gone.
 */
export interface Loss extends Omit<Succession, 'partitions'> {
  partition: number
  /** When nodes told that they had written down that something is gone there. */
  setbacks: readonly Setback[]
  /** Of nodes that may have seen what is gone, before they noticed that it is. */
  deaths: readonly Death[]
}

/** A node wrote down that a partition has less than it had. */
interface Setback {
  /** It was not written down before. */
  fromMs: number
  /** When that was known. */
  ms: number
}

/** When somebody was told of something. */
export interface Told {
  ms: number
  who: string
}

/** Names of conversations, and of clients whose inboxes are meant. */
type Names = readonly string[]

/** What may be lost, where and when: by the masters that were replaced, and by what held up answers and news meanwhile. */
export class Losses {
  readonly successions: readonly Succession[]
  /** Nothing is acknowledged before a replica has it. */
  readonly isAwaited: boolean
  readonly #byPartition: ReadonlyMap<number, readonly Loss[]>
  readonly #vendor: string
  readonly #partitions: number
  readonly #holds: Holds

  constructor(events: readonly HistoryEvent[], nodes: Nodes) {
    const shards = events.find((event) => event.what === 'shards')
    this.#vendor = shards?.vendor ?? ''
    this.#partitions = shards?.partitions.length ?? 1
    this.isAwaited = (shards?.replicas ?? 0) > 0
    this.#holds = new Holds(events)
    this.successions = successionsIn(events)
    const found = lossesIn(this.successions, events, { holds: this.#holds, nodes })
    const isOne = ({ setbacks }: Loss) => !this.isAwaited || setbacks.length > 0
    this.#byPartition = new Map([...found].map(([partition, losses]) => [partition, losses.filter(isOne)]))
  }

  /** Whether these lie in one partition, and so go back together if they do. */
  areTogether(...names: Names): boolean {
    return new Set(names.map((name) => this.#placeOf(name))).size < 2
  }

  /** Those of the partitions in which these lie. */
  of(...names: Names): readonly Loss[] {
    const places = new Set(names.map((name) => this.#placeOf(name)))
    return [...places].flatMap((partition) => this.#byPartition.get(partition) ?? [])
  }

  /** Those that may have taken along what was asked for and acknowledged at these times, and lay with these: none where replicas have it. */
  ofAcknowledged(asked: { ms: number }, told: Told, ...names: Names): readonly Loss[] {
    if (this.isAwaited) return []
    return this.of(...names).filter(
      ({ fromMs, untilMs }) => told.ms >= fromMs && asked.ms <= untilMs && told.ms <= this.#latest(untilMs, told.who),
    )
  }

  /**
   * Those that may have taken along what somebody was told of then, and lay with these: who has read it before it was noticed may still
   * tell it, and it may be on its way.
   */
  ofNews(told: Told, ...names: Names): readonly Loss[] {
    return this.of(...names).filter((loss) => told.ms >= loss.fromMs && told.ms <= this.lastNews(loss, told.who))
  }

  /** From when on a device may be told that the place of this is gone, once each. */
  resyncsOf(name: string): readonly number[] {
    return this.of(name).flatMap(({ noticeableMs, setbacks }) =>
      this.isAwaited ? setbacks.map(({ fromMs }) => Math.max(fromMs, noticeableMs)) : [noticeableMs],
    )
  }

  /** When the last of what is lost may have been told. */
  lastNews({ noticeableMs, untilMs, setbacks }: Loss, who: string): number {
    return this.#latest(Math.max(noticeableMs, untilMs, ...setbacks.map(({ ms }) => ms)), who)
  }

  #latest(ms: number, who: string): number {
    return this.#holds.until(ms + lateMs, who) + lateMs
  }

  #placeOf(name: string): number {
    return partitionOf(this.#vendor, name, this.#partitions)
  }
}

const successionsIn = (events: readonly HistoryEvent[]): readonly Succession[] => {
  const shards = events.find((event) => event.what === 'shards')
  if (!shards) return []
  const successions = new Successions(shards)
  for (const event of events) if (event.what === 'redis') successions.hear(event)
  return successions.lossy(events.at(-1)?.ms ?? 0)
}

/** Of each partition, in their order. */
const lossesIn = (
  successions: readonly Succession[],
  events: readonly HistoryEvent[],
  { holds, nodes }: { holds: Holds; nodes: Nodes },
): ReadonlyMap<number, readonly Loss[]> => {
  const setbacks = events.flatMap((event) =>
    event.what === 'setback' ? [{ ...event, fromMs: holds.since(event.ms, event.who) }] : [],
  )
  const partitions = new Set(successions.flatMap((by) => by.partitions))
  return new Map(
    [...partitions].map((partition) => {
      const own = successions.filter((by) => by.partitions.includes(partition))
      const noticed = setbacks.filter((event) => event.partition === partition)
      return [partition, own.map((by, i) => lossOf(by, { partition, noticed, deaths: nodes.deaths, next: own[i + 1] }))]
    }),
  )
}

interface Circumstances {
  partition: number
  noticed: readonly Setback[]
  deaths: readonly Death[]
  next: Succession | undefined
}

const lossOf = (by: Succession, { partition, noticed, deaths, next }: Circumstances): Loss => {
  const { partitions: _, ...times } = by
  const untilMs = next?.noticeableMs ?? Number.POSITIVE_INFINITY
  const setbacks = noticed.filter(({ ms }) => ms >= by.noticeableMs && ms < untilMs)
  const died = deaths.filter(({ ms }) => ms >= by.fromMs && ms < untilMs)
  return { ...times, partition, setbacks, deaths: died }
}
