import { checkPresence } from '../checks/presence.js'
import type { Dice } from '../plan/dice.js'
import type { Area, PlannedOp, Scope } from './area.js'
import { times } from './talk.js'

/** Who comes and goes is there in the end as it is, for all who may know, and for nobody else. */
export const presence: Area = {
  name: 'presence',
  withGuests: true,
  plan: (dice, scope) => times(dice, scope).map((atMs) => planOne(dice, scope, atMs)),
  waitsFor: () => [],
  check: checkPresence,
}

const deeds = ['comes', 'comes', 'goes politely', 'goes without a word', 'is away', 'is online'] as const

const planOne = (dice: Dice, { cast }: Scope, atMs: number): PlannedOp => {
  const { name } = dice.pick(cast.guests)
  const deed = dice.pick(deeds)
  return {
    atMs,
    text: `${name} ${deed}`,
    run(world) {
      const guest = world.guest(name)
      if (deed === 'comes') guest.come()
      else if (deed === 'goes politely') guest.go('politely')
      else if (deed === 'goes without a word') guest.go('without a word')
      else guest.is(deed === 'is away' ? 'away' : 'online')
    },
  }
}
