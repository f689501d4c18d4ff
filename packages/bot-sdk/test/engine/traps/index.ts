import { drift, noDrift } from './drift.js'
import { failing } from './failing.js'
import { hotAndCold } from './hot-and-cold.js'
import { persisting } from './persisting.js'
import { resting } from './resting.js'
import { restoring } from './restoring.js'
import { routing } from './routing.js'
import { speaking } from './speaking.js'
import { timers } from './timers.js'

/** What XState does that a durable run must not, or does not and a durable run must. */
export function xstateTraps(): void {
  persisting()
  restoring()
  hotAndCold()
  drift()
  noDrift()
  timers()
  speaking()
  resting()
  failing()
  routing()
}
