import { RealClock } from '../../time/real-clock.js'
import type { SceneClock } from '../../time/scene-clock.js'
import { VirtualClock } from '../../time/virtual-clock.js'
import type { Clockwork } from '../questions.js'

/** The time of a process that the test has made. */
export interface ChildClock extends SceneClock {
  /** It is this time now; what is due at it does not go off yet. */
  arriveAt(time: number): void
}

export const clockBy = (clockwork: Clockwork): ChildClock =>
  clockwork.time === 'virtual' ? new VirtualClock(clockwork.now) : new PassingClock()

/** The machine's time is what it is. */
class PassingClock extends RealClock implements ChildClock {
  arriveAt(): void {}
}
