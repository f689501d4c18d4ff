import { checkMemberships } from '../checks/memberships.js'
import type { Dice } from '../plan/dice.js'
import type { Area, PlannedOp, Scope } from './area.js'
import { say, times } from './talk.js'

/** People come and go: each hears what was said while it was there, and only members speak. */
export const memberships: Area = {
  name: 'membership',
  plan: (dice, scope) => times(dice, scope).map((atMs, n) => planOne(dice, scope, atMs, n)),
  waitsFor: () => [],
  check: checkMemberships,
}

const planOne = (dice: Dice, { cast }: Scope, atMs: number, n: number): PlannedOp => {
  const { id: conversation, members } = dice.pick(cast.rooms.filter(({ open }) => open))
  // MQTT 3.1.1 can't be told that it was refused.
  const speakers = cast.devices.filter(({ version }) => version === 5)
  if (dice.chance(0.7)) return say(dice.pick(speakers).name, { conversation, text: `c${n}`, id: `c${n}` }, atMs)
  const maker = members[0] as string
  const asking = cast.devices.filter(({ way }) => way === 'since')
  const device = dice.pick(asking)
  const about = dice.pick([...new Set(cast.devices.map(({ client }) => client))].filter((client) => client !== maker))
  const change = dice.pick(['joined', 'joined', 'left'] as const)
  return {
    atMs,
    text: `${device.name} wants ${about} to have ${change} ${conversation}`,
    run: (world) => world.change(device.name, conversation, change, about),
  }
}
