import type { Random } from '@daakia/protocol'
import { ordinal } from './ordinal.js'

/**
 * A moment in a turn at which a process can be killed.
 *
 * @example
 * const moment: TurnMoment = 'turn.commit'
 * const { crashes } = await crashSweep({ bot: order }, (chat) => chat.user('ana').says('hello'))
 * const unsent = crashes.filter(({ at }) => at === moment)
 */
export type TurnMoment = 'turn.leased' | 'turn.commit' | 'turn.checkpointed' | 'turn.committed'

/**
 * Where a process is killed: the `nth` time, from 1, that it comes to this moment.
 *
 * @example
 * const point: CrashPoint = { of: 'order-bot', at: 'turn.commit', nth: 3 }
 */
export interface CrashPoint {
  /** `server`, or the id of a bot. */
  of: string
  /** `store.flushing`: something is written that was said, or a turn, and is not on the server's disk yet. */
  at: TurnMoment | 'store.flushing'
  nth: number
}

export const describedPoint = ({ of, at, nth }: CrashPoint): string =>
  `${of} is killed at ${at}, the ${ordinal(nth)} time`

/** Who is killed, and where. */
export interface Crashes {
  /** Somebody comes to this moment. Answers the point where they are to die in it. */
  reach(of: string, at: CrashPoint['at']): CrashPoint | undefined
}

/** How often each of all has come to each moment. */
class Arrivals {
  readonly #counts = new Map<string, number>()

  next(of: string, at: CrashPoint['at']): CrashPoint {
    const key = `${of} ${at}`
    const nth = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, nth)
    return { of, at, nth }
  }
}

/** Kills so many, wherever the lot falls. */
export class DrawnCrashes implements Crashes {
  readonly #arrivals = new Arrivals()
  readonly #random: Random
  #left: number

  constructor(count: number, random: Random) {
    this.#left = count
    this.#random = random
  }

  reach(of: string, at: CrashPoint['at']): CrashPoint | undefined {
    const point = this.#arrivals.next(of, at)
    if (this.#left === 0 || this.#random() * oneIn >= 1) return undefined
    this.#left -= 1
    return point
  }
}

/** Of so many moments one is somebody's last: a turn of one message has eight. */
const oneIn = 8

/** Which moments were reached, and at which of them somebody is to be killed. */
export class CrashPlan implements Crashes {
  readonly #arrivals = new Arrivals()
  readonly #planned: CrashPoint | undefined
  readonly reached: CrashPoint[] = []
  #isDone = false

  constructor(planned?: CrashPoint) {
    this.#planned = planned
  }

  /** The one who was to be killed has been. */
  get isDone(): boolean {
    return this.#isDone
  }

  reach(of: string, at: CrashPoint['at']): CrashPoint | undefined {
    const point = this.#arrivals.next(of, at)
    this.reached.push(point)
    const { of: whom, at: when, nth: which } = this.#planned ?? {}
    if (this.#isDone || of !== whom || at !== when || point.nth !== which) return undefined
    this.#isDone = true
    return point
  }
}
