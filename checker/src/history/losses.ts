import type { Happening, HistoryEvent } from './event.js'
import { Holds, isNode } from './holds.js'

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

/**
 * A master sends what it writes to its replica in the moment in which it answers. All that is told over several processes of a machine
 * that has much to do, as that it was elected, may come so late.
 */
export const lateMs = 1_000

/** What may be lost, and when: by the masters that were replaced, and by what held up answers and news meanwhile. */
export class Losses {
  readonly all: readonly Loss[]
  readonly #holds: Holds

  constructor(events: readonly HistoryEvent[]) {
    this.all = lossesIn(events)
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

interface Standing {
  deadMs?: number
  behindMs?: number
  isStopped?: boolean
  askedMs?: number
}

/** A loss whose end is not known yet: the old master may still take it for its own place. */
interface Open {
  loss: Omit<Loss, 'untilMs'>
  /** It was asked for, and loses nothing where the master did not stand still. */
  isAsked: boolean
  stoodStill: boolean
}

const lossesIn = (events: readonly HistoryEvent[]): readonly Loss[] => {
  const found: Loss[] = []
  const open = new Map<string, Open>()
  const standings = new Map<string, Standing>()
  const close = (name: string, untilMs: number) => {
    const last = open.get(name)
    open.delete(name)
    if (last && (!last.isAsked || last.stoodStill)) found.push({ ...last.loss, untilMs })
  }
  let shards: (HistoryEvent & { what: 'shards' }) | undefined
  for (const event of events) {
    if (event.what === 'shards') shards = event
    if (event.what !== 'redis' || !shards) continue
    const { who, ms, is } = event
    const standing = standings.get(who) ?? {}
    standings.set(who, standing)
    if (is === 'dead' || is === 'replica') close(who, ms)
    if (is === 'dead') standing.deadMs = ms
    else if (is === 'behind') standing.behindMs = ms
    else if (is === 'asked') standing.askedMs = ms
    else if (is === 'started') standings.set(who, {})
    else if (is === 'stopped' || is === 'continued') {
      standing.isStopped = is === 'stopped'
      const own = open.get(who)
      if (own && standing.isStopped) own.stoodStill = true
    } else if (is === 'master') {
      const shard = shards.shards.findIndex((names) => names.includes(who))
      const master = shards.shards[shard]?.find((name) => name !== who)
      const partitions = shards.partitions.flatMap((own, partition) => (own === shard ? [partition] : []))
      if (master === undefined || partitions.length === 0) continue
      const { deadMs, behindMs, isStopped = false } = standings.get(master) ?? {}
      const lossFrom = (behindMs ?? deadMs ?? ms) - lateMs
      const loss = { master, heir: who, partitions, fromMs: lossFrom, noticeableMs: deadMs ?? ms - lateMs }
      open.set(master, { loss, isAsked: standing.askedMs !== undefined && deadMs === undefined, stoodStill: isStopped })
      delete standing.askedMs
      if (deadMs !== undefined) close(master, deadMs)
    }
  }
  for (const name of [...open.keys()]) close(name, events.at(-1)?.ms ?? 0)
  const inOrder = found.sort((one, other) => one.noticeableMs - other.noticeableMs)
  return inOrder.map((loss, i) => withNotice(loss, events, inOrder[i + 1]))
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
