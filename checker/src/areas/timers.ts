import { checkTimers, openTimers } from '../checks/timers.js'
import { writeRequest } from '../programs/speech.js'
import type { Area, PlannedOp } from './area.js'
import { roomsOf, say, times } from './talk.js'

const longestDelayMs = 4_000

/** Timers of bots fire once: late after downtime, but surely, and never when they were dropped before. */
export const timers: Area = {
  name: 'timers',
  withBots: true,
  plan(dice, scope) {
    const rooms = scope.cast.rooms.filter(({ bots }) => bots.length > 0)
    return times(dice, scope).flatMap((atMs, n): PlannedOp[] => {
      const device = dice.pick(scope.cast.devices)
      const conversation = dice.pick(roomsOf(rooms, device.client)).id
      const token = `r${n}`
      const ms = dice.between(20, longestDelayMs)
      const remind = say(
        device.name,
        { conversation, text: writeRequest({ verb: 'remind', token, ms }), id: token },
        atMs,
      )
      if (dice.chance(0.7)) return [remind]
      const drop = writeRequest({ verb: 'drop', token: `d${n}`, of: token })
      const dropAt = Math.min(scope.durationMs, atMs + dice.between(10, longestDelayMs))
      return [remind, say(device.name, { conversation, text: drop, id: `d${n}` }, dropAt)]
    })
  },
  waitsFor: openTimers,
  check: checkTimers,
}
