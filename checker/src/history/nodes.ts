import type { HistoryEvent } from './event.js'
import { isNode } from './holds.js'

/** The death of a node. */
export interface Death {
  node: string
  ms: number
}

/** Which node each device was connected to, and which of them were killed when. */
export class Nodes {
  readonly deaths: readonly Death[]
  readonly #ways: ReadonlyMap<string, readonly (HistoryEvent & { what: 'leads' })[]>

  constructor(events: readonly HistoryEvent[]) {
    this.deaths = deathsIn(events)
    const ways = new Map<string, (HistoryEvent & { what: 'leads' })[]>()
    for (const event of events) if (event.what === 'leads') ways.set(event.who, [...(ways.get(event.who) ?? []), event])
    this.#ways = ways
  }

  /** The node by which somebody was told of something; `undefined` in a history that does not say. */
  by({ who, ms }: { who: string; ms: number }): string | undefined {
    return this.#ways.get(who)?.findLast((event) => event.ms <= ms)?.node
  }
}

const deathsIn = (events: readonly HistoryEvent[]): readonly Death[] =>
  events.flatMap((event) => {
    if (event.what !== 'fault' || event.phase !== 'begins' || event.fault.kind !== 'kill') return []
    return isNode(event.fault.target) ? [{ node: event.fault.target, ms: event.ms }] : []
  })
