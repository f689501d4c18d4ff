import { checkAnswers, openQuestions } from '../checks/answers.js'
import type { Violation } from '../checks/violation.js'
import { writeRequest } from '../programs/speech.js'
import type { Area } from './area.js'
import { roomsOf, say, times } from './talk.js'

/** Each of them keeps its conversation waiting while it is tried. */
const oneIn = 10

/** A bot that fails at a message is told so once, in its last good state, and what comes after is answered as ever. */
export const failures: Area = {
  name: 'failures',
  withBots: true,
  plan(dice, scope) {
    const rooms = scope.cast.rooms.filter(({ bots }) => bots.length > 0)
    return times(dice, { ...scope, perSecond: scope.perSecond / oneIn }).map((atMs, n) => {
      const device = dice.pick(scope.cast.devices)
      const token = `b${n}`
      const text = writeRequest({ verb: 'break', token })
      return say(device.name, { conversation: dice.pick(roomsOf(rooms, device.client)).id, text, id: token }, atMs)
    })
  },
  waitsFor: openQuestions,
  check: (story) => checkAnswers(story).filter(isAboutFailure),
}

/** What is wrong with other answers is told by the area that asked. */
const isAboutFailure = ({ rule, says }: Violation): boolean => rule === 'state' || /\bb\d+\b/.test(says)
