import { RealClock } from '../../time/real-clock.js'
import type { SceneClock } from '../../time/scene-clock.js'
import { VirtualClock } from '../../time/virtual-clock.js'
import type { Clockwork } from '../questions.js'

/** The time of a process that the test has made. */
export interface ChildClock extends SceneClock {
  /** It is this time now; what is due at it does not go off yet. */
  arriveAt(time: number): void
  /** Whether ends of connections look from now on whether the other one is there. */
  watch(isWatched: boolean): void
}

export const clockBy = (clockwork: Clockwork): ChildClock => {
  const clock = clockwork.time === 'virtual' ? new MovedClock(clockwork.now) : new PassingClock()
  clock.watch(clockwork.isWatched)
  return clock
}

class MovedClock extends VirtualClock implements ChildClock {
  readonly watch = watching(this)
}

/** The machine's time is what it is. */
class PassingClock extends RealClock implements ChildClock {
  readonly watch = watching(this)

  arriveAt(): void {}
}

const watching = (clock: SceneClock): ChildClock['watch'] => {
  let unwatch: (() => void) | undefined
  return (isWatched) => {
    if (isWatched) unwatch ??= clock.keepWatch()
    else {
      unwatch?.()
      unwatch = undefined
    }
  }
}
