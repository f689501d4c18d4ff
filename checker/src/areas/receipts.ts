import { checkReceipts } from '../checks/receipts.js'
import type { Dice } from '../plan/dice.js'
import type { Area, PlannedOp, Scope } from './area.js'
import { roomsOf, say, times } from './talk.js'

const furthestBack = 20

/** How far somebody has read never goes back, is the same on all devices, and so is what is left to read. */
export const receipts: Area = {
  name: 'receipts',
  plan: (dice, scope) => times(dice, scope).map((atMs, n) => planOne(dice, scope, atMs, n)),
  waitsFor: () => [],
  check: checkReceipts,
}

const planOne = (dice: Dice, { cast }: Scope, atMs: number, n: number): PlannedOp => {
  const rooms = cast.rooms.filter(({ id, bots, open }) => bots.length === 0 && !open && id !== 'lobby')
  const speaker = dice.pick(cast.devices)
  const spoken = dice.pick(roomsOf(rooms, speaker.client)).id
  if (dice.chance(0.4)) return say(speaker.name, { conversation: spoken, text: `u${n}`, id: `u${n}` }, atMs)
  // MQTT 3.1.1 is not told where in a conversation it is.
  const device = dice.pick(cast.devices.filter(({ version, way }) => version === 5 && way !== 'sdk'))
  const conversation = dice.pick(roomsOf(rooms, device.client)).id
  const field = dice.pick(['read', 'delivered'] as const)
  const back = dice.chance(0.6) ? 0 : dice.between(0, furthestBack)
  return {
    atMs,
    text: `${device.name} tells that ${conversation} is ${field} up to ${back} before the end`,
    run: (world) => world.tell(device.name, conversation, field, back),
  }
}
