import type { HistoryEvent } from './event.js'
import { lateMs } from './late.js'

interface Hold {
  target: string
  fromMs: number
  untilMs: number
}

/** Faults that hold back what is on its way, and let it pass when they end. */
export class Holds {
  readonly #holds: readonly Hold[]

  constructor(events: readonly HistoryEvent[]) {
    this.#holds = holdsIn(events)
  }

  /** When the last of what a Redis has answered until then comes to a device: over the line to a node, the node, and its own line. */
  until(ms: number, device: string): number {
    const isOfRedis = (target: string) => target.includes('/redis')
    const stages = [isOfRedis, isNode, (target: string) => target === device]
    return stages.reduce((latest, isMeant) => this.#through(latest, isMeant), ms)
  }

  /** Since when a node may know what it told then: what it was told of came over its line to a Redis, and it may have stood still. */
  since(ms: number, node: string): number {
    const isOfRedis = (target: string) => target.startsWith(`${node}/redis`)
    const stages = [(target: string) => target === node, isOfRedis]
    return stages.reduce((earliest, isMeant) => this.#back(earliest, isMeant), ms - lateMs)
  }

  #back(ms: number, isMeant: (target: string) => boolean): number {
    const own = this.#holds.filter(({ target, fromMs, untilMs }) => isMeant(target) && fromMs <= ms && untilMs >= ms)
    return Math.min(ms, ...own.map(({ fromMs }) => fromMs))
  }

  #through(ms: number, isMeant: (target: string) => boolean): number {
    const own = this.#holds.filter(({ target, fromMs, untilMs }) => isMeant(target) && fromMs <= ms && untilMs > ms)
    return Math.max(ms, ...own.map(({ untilMs }) => untilMs))
  }
}

/** Whether this is the name of one of the server's processes. */
export const isNode = (target: string): boolean => /^server(-\d+)?$/.test(target)

const holdsIn = (events: readonly HistoryEvent[]): readonly Hold[] => {
  const begun = new Map<string, number>()
  const holds: Hold[] = []
  for (const event of events) {
    if (event.what !== 'fault' || (event.fault.kind !== 'stall' && event.fault.kind !== 'pause')) continue
    const { target } = event.fault
    const fromMs = begun.get(target)
    if (event.phase === 'begins') begun.set(target, event.ms)
    else if (fromMs !== undefined) {
      begun.delete(target)
      holds.push({ target, fromMs, untilMs: event.ms })
    }
  }
  const endMs = events.at(-1)?.ms ?? 0
  for (const [target, fromMs] of begun) holds.push({ target, fromMs, untilMs: endMs })
  return holds
}
