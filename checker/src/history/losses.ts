import { partitionOf } from '@daakia/server'
import type { Happening, HistoryEvent } from './event.js'
import { Holds, isNode } from './holds.js'
import { lateMs } from './late.js'
import { type Succession, Successions } from './successions.js'

/** A time of which a partition may have lost what was acknowledged: another Redis took the place of its master. */
export interface Loss extends Omit<Succession, 'partitions'> {
  partition: number
  /** The last moment at which a node wrote down that something is gone there; absent where none did. */
  noticedMs?: number
  /** No node did, and one died that may have been the only one to have seen what is gone. */
  isUnseen?: true
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
  readonly #byPartition: ReadonlyMap<number, readonly Loss[]>
  readonly #vendor: string
  readonly #partitions: number
  readonly #holds: Holds

  constructor(events: readonly HistoryEvent[]) {
    const shards = events.find((event) => event.what === 'shards')
    this.#vendor = shards?.vendor ?? ''
    this.#partitions = shards?.partitions.length ?? 1
    this.successions = successionsIn(events)
    this.#byPartition = lossesIn(this.successions, events)
    this.#holds = new Holds(events)
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

  /** Those that may have taken along what was asked for and acknowledged at these times, and lay with these. */
  ofAcknowledged(asked: { ms: number }, told: Told, ...names: Names): readonly Loss[] {
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

  /** When the last of what is lost may have been told. */
  lastNews({ noticeableMs, untilMs, noticedMs = 0 }: Loss, who: string): number {
    return this.#latest(Math.max(noticeableMs, untilMs, noticedMs), who)
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
): ReadonlyMap<number, readonly Loss[]> => {
  const setbacks = events.flatMap((event) => (event.what === 'setback' ? [event] : []))
  const deaths = events.filter(isDeathOfNode)
  const partitions = new Set(successions.flatMap((by) => by.partitions))
  return new Map(
    [...partitions].map((partition) => {
      const own = successions.filter((by) => by.partitions.includes(partition))
      const noticed = setbacks.filter((event) => event.partition === partition)
      return [partition, own.map((by, i) => lossOf(by, { partition, noticed, deaths, next: own[i + 1] }))]
    }),
  )
}

interface Circumstances {
  partition: number
  noticed: readonly HistoryEvent[]
  deaths: readonly HistoryEvent[]
  next: Succession | undefined
}

const lossOf = (by: Succession, { partition, noticed, deaths, next }: Circumstances): Loss => {
  const { partitions: _, ...times } = by
  const loss = { ...times, partition }
  const untilMs = next?.noticeableMs ?? Number.POSITIVE_INFINITY
  const last = noticed.findLast(({ ms }) => ms >= by.noticeableMs && ms < untilMs)
  if (last) return { ...loss, noticedMs: last.ms }
  return deaths.some(({ ms }) => ms >= by.fromMs && ms < untilMs) ? { ...loss, isUnseen: true } : loss
}

const isDeathOfNode = (event: Happening): boolean =>
  event.what === 'fault' && event.phase === 'begins' && event.fault.kind === 'kill' && isNode(event.fault.target)
