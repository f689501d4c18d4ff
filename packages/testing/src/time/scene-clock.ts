import type { Clock } from '@daakia/protocol'

/** The time of a scene. */
export interface SceneClock extends Clock {
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  /** Milliseconds since then. */
  readonly elapsedMs: number
  /** When the earliest waiting call is due, upkeep aside; `undefined` where none waits. */
  readonly nextDue: number | undefined
  /** From now on until what it answers is called, ends of connections look whether the other one is there. */
  keepWatch(): () => void
  /** Resolves when it is `time`, and the calls that are due by then were made. */
  passTo(time: number): Promise<void>
}

/** Does work for which only that has to go off which is due at once. */
export const duringNow = async (clock: SceneClock, work: Promise<void>): Promise<void> => {
  await Promise.all([clock.passTo(clock.now()), work])
}
