import { checkAnswers, openQuestions } from '../checks/answers.js'
import { writeRequest } from '../programs/speech.js'
import type { Area } from './area.js'
import { roomsOf, say, times } from './talk.js'

const longestWorkMs = 150

/** Bots answer every message once, in order, and never lose or fork their state. */
export const turns: Area = {
  name: 'turns',
  withBots: true,
  plan(dice, scope) {
    const rooms = scope.cast.rooms.filter(({ bots }) => bots.length > 0)
    return times(dice, scope).map((atMs, n) => {
      const device = dice.pick(scope.cast.devices)
      const token = `t${n}`
      const work = dice.chance(0.4) && { verb: 'work', ms: dice.between(1, longestWorkMs) }
      const text = writeRequest({ verb: 'say', ...(work || {}), token } as Parameters<typeof writeRequest>[0])
      return say(device.name, { conversation: dice.pick(roomsOf(rooms, device.client)).id, text, id: token }, atMs)
    })
  },
  waitsFor: openQuestions,
  check: checkAnswers,
}
