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

const ordinal = (nth: number): string => {
  const ending = nth % 100 >= 11 && nth % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][nth % 10] ?? 'th')
  return `${nth}${ending}`
}

/** Which moments were reached, and at which of them somebody is to be killed. */
export class CrashPlan {
  readonly #counts = new Map<string, number>()
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

  /** Notes that this moment is reached. Answers the point where it is the one. */
  reach(of: string, at: CrashPoint['at']): CrashPoint | undefined {
    const key = `${of} ${at}`
    const nth = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, nth)
    const point = { of, at, nth }
    this.reached.push(point)
    const { of: whom, at: when, nth: which } = this.#planned ?? {}
    if (this.#isDone || of !== whom || at !== when || nth !== which) return undefined
    this.#isDone = true
    return point
  }
}
