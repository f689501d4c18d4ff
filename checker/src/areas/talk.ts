import type { Saying } from '../devices/device.js'
import type { Room } from '../plan/cast.js'
import type { Dice } from '../plan/dice.js'
import type { PlannedOp, Scope } from './area.js'

/** When the operations of an area come. */
export const times = (dice: Dice, { durationMs, perSecond }: Scope): number[] => {
  const found: number[] = []
  for (let at = dice.waitMs(perSecond); at < durationMs; at += dice.waitMs(perSecond)) found.push(Math.round(at))
  return found
}

export const say = (device: string, saying: Saying, atMs: number): PlannedOp => ({
  atMs,
  text: `${device} says ${saying.text} in ${saying.conversation}${saying.again ? ', as others do' : ''}`,
  run: (world) => world.device(device).say(saying),
})

export const roomsOf = (rooms: readonly Room[], client: string): Room[] =>
  rooms.filter(({ members }) => members.includes(client))
