import { checkInboxes } from '../checks/inboxes.js'
import { checkJournals } from '../checks/journals.js'
import { checkReaders } from '../checks/readers.js'
import { checkReads } from '../checks/reads.js'
import type { CastDevice, Room } from '../plan/cast.js'
import type { Dice } from '../plan/dice.js'
import type { Area, PlannedOp, Scope } from './area.js'
import { roomsOf, say, times } from './talk.js'

const burstOf = 12

/** Conversations between people: each message once, in one order, for every reader. */
export const messages: Area = {
  name: 'messages',
  plan(dice, scope) {
    const rooms = scope.cast.rooms.filter(({ id, bots, open }) => bots.length === 0 && !open && id !== 'lobby')
    return times(dice, scope).flatMap((atMs, n) => planOne(dice, scope, rooms, atMs, n))
  },
  waitsFor: () => [],
  check: (story) => [...checkJournals(story), ...checkReaders(story), ...checkReads(story), ...checkInboxes(story)],
}

const planOne = (dice: Dice, scope: Scope, rooms: readonly Room[], atMs: number, n: number): PlannedOp[] => {
  const device = dice.pick(scope.cast.devices)
  const room = dice.pick(roomsOf(rooms, device.client))
  const saying = (part = '') => ({ conversation: room.id, text: `m${n}${part}`, id: `m${n}${part}` })
  const kind = dice.between(1, 20)
  if (kind <= 3) return [readPlan(dice, scope, room, atMs)]
  if (kind === 4) return Array.from({ length: burstOf }, (_, i) => say(device.name, saying(`.${i}`), atMs))
  if (kind <= 8) return sayAgain(dice, scope, device, saying(), atMs)
  return [say(device.name, saying(), atMs)]
}

/** The same message twice: at once or later, from the same device or from another one of the client's. */
const sayAgain = (
  dice: Dice,
  { cast, durationMs }: Scope,
  { name, client }: CastDevice,
  saying: Parameters<typeof say>[1],
  atMs: number,
): PlannedOp[] => {
  const able = cast.devices.filter((device) => device.client === client && device.way !== 'sdk' && device.version === 5)
  if (able.length === 0) return [say(name, saying, atMs)]
  const laterMs = dice.pick([0, 0, 30, 1_000, 5_000])
  const repeated = { ...saying, again: true }
  return [
    say(dice.pick(able).name, repeated, atMs),
    say(dice.pick(able).name, repeated, Math.min(atMs + laterMs, durationMs)),
  ]
}

const readPlan = (dice: Dice, { cast }: Scope, room: Room, atMs: number): PlannedOp => {
  const readers = cast.devices.filter(({ client, way }) => way === 'since' && room.members.includes(client))
  const device = readers.length > 0 ? dice.pick(readers).name : undefined
  const limit = dice.pick([1, 10, 100])
  const back = dice.chance(0.5) ? dice.between(0, 50) : undefined
  return {
    atMs,
    text: `${device} reads ${limit} of ${room.id}${back === undefined ? '' : ` from ${back} before the end`}`,
    run(world) {
      if (!device) return
      const after = back === undefined ? undefined : Math.max(0, world.heardOf(room.id) - back)
      world.read(device, room.id, { limit, ...(after !== undefined && { after }) })
    },
  }
}
