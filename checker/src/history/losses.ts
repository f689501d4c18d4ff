import type { Happening, HistoryEvent } from './event.js'
import { Holds, isNode } from './holds.js'
import { lateMs } from './late.js'
import { Successions } from './successions.js'

/** A time of which a Redis Cluster may have lost what was acknowledged: another Redis took the place of its master. */
export interface Loss {
  master: string
  heir: string
  /** What is stored there. */
  partitions: readonly number[]
  /** What was acknowledged before, the heir has. Milliseconds since the run began, as all here. */
  fromMs: number
  /** From then on the master has acknowledged nothing. */
  untilMs: number
  /** Nobody can have noticed it before. */
  noticeableMs: number
  /** The last moment at which a node wrote down that something is gone; absent where none did. */
  noticedMs?: number
  /** No node did, and one died that may have been the only one to have seen what is gone. */
  isUnseen?: true
}

/** When somebody was told of something. */
export interface Told {
  ms: number
  who: string
}

/** What may be lost, and when: by the masters that were replaced, and by what held up answers and news meanwhile. */
export class Losses {
  readonly all: readonly Loss[]
  /** Whether conversations and inboxes may go back without each other. */
  readonly arePartial: boolean
  readonly #holds: Holds

  constructor(events: readonly HistoryEvent[]) {
    this.all = lossesIn(events)
    this.arePartial = events.some((event) => event.what === 'shards' && event.partitions.length > 1)
    this.#holds = new Holds(events)
  }

  /** Those that may have taken along what was asked for and acknowledged at these times. */
  ofAcknowledged(asked: { ms: number }, told: Told): readonly Loss[] {
    return this.all.filter(
      ({ fromMs, untilMs }) => told.ms >= fromMs && asked.ms <= untilMs && told.ms <= this.#latest(untilMs, told.who),
    )
  }

  /**
   * Those that may have taken along what somebody was told of then: who has read it before it was noticed may still tell it, and
   * it may be on its way.
   */
  ofNews(told: Told): readonly Loss[] {
    return this.all.filter((loss) => told.ms >= loss.fromMs && told.ms <= this.lastNews(loss, told.who))
  }

  /** When the last of what is lost may have been told. */
  lastNews({ noticeableMs, untilMs, noticedMs = 0 }: Loss, who: string): number {
    return this.#latest(Math.max(noticeableMs, untilMs, noticedMs), who)
  }

  #latest(ms: number, who: string): number {
    return this.#holds.until(ms + lateMs, who) + lateMs
  }
}

const lossesIn = (events: readonly HistoryEvent[]): readonly Loss[] => {
  const shards = events.find((event) => event.what === 'shards')
  if (shards?.what !== 'shards') return []
  const successions = new Successions(shards)
  for (const event of events) if (event.what === 'redis') successions.hear(event)
  const found = successions.losses(events.at(-1)?.ms ?? 0)
  return found.map((loss, i) => withNotice(loss, events, found[i + 1]))
}

const withNotice = (loss: Loss, events: readonly HistoryEvent[], next: Loss | undefined): Loss => {
  const { partitions, fromMs, noticeableMs } = loss
  const untilMs = next?.noticeableMs ?? Number.POSITIVE_INFINITY
  const last = events.findLast(
    (event) =>
      event.what === 'setback' &&
      partitions.includes(event.partition) &&
      event.ms >= noticeableMs &&
      event.ms < untilMs,
  )
  if (last) return { ...loss, noticedMs: last.ms }
  const died = events.some(({ ms, ...event }) => isDeathOfNode(event) && ms >= fromMs && ms < untilMs)
  return died ? { ...loss, isUnseen: true } : loss
}

const isDeathOfNode = (event: Happening): boolean =>
  event.what === 'fault' && event.phase === 'begins' && event.fault.kind === 'kill' && isNode(event.fault.target)
